"""Addresses of help, and of the citizens' questions in other languages."""

from django.urls import path, register_converter

from chancencheck.citizens import views, views_translations
from chancencheck.citizens.pages import LanguageConverter

register_converter(LanguageConverter, "language")

urlpatterns = [
    path(
        "mitreden/<slug:slug>/hilfe/<language:speaks>/", views.citizens_help, name="citizens_help"
    ),
    path("hilfe-adressen/", views.help_addresses, name="help_addresses"),
    path(
        "instrument/<int:pk>/uebersetzungen/", views_translations.translations, name="translations"
    ),
    path(
        "instrument/<int:pk>/uebersetzungen/<language:speaks>/",
        views_translations.translations_in,
        name="translations_in",
    ),
    path(
        "instrument/<int:pk>/sprachen/nebeneinander/",
        views_translations.translations_side_by_side,
        name="translations_side_by_side",
    ),
]
