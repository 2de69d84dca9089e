"""Addresses of help."""

from django.urls import path, register_converter

from chancencheck.citizens import views
from chancencheck.citizens.pages import LanguageConverter

register_converter(LanguageConverter, "language")

urlpatterns = [
    path(
        "mitreden/<slug:slug>/hilfe/<language:speaks>/", views.citizens_help, name="citizens_help"
    ),
    path("hilfe-adressen/", views.help_addresses, name="help_addresses"),
]
