"""Addresses of instruments."""

from django.urls import path

from chancencheck.instruments import views

urlpatterns = [
    path("instrument/", views.instrument_list, name="instrument_list"),
    path("instrument/einlesen/", views.instrument_import, name="instrument_import"),
    path("instrument/schema.json", views.instrument_schema, name="instrument_schema"),
    path("instrument/<int:pk>/", views.instrument_detail, name="instrument"),
    path("instrument/<int:pk>/freigeben/", views.instrument_release, name="instrument_release"),
]
