"""Addresses of instruments."""

from django.urls import path

from chancencheck.instruments import views, views_compare
from chancencheck.instruments import views_editor as edit
from chancencheck.instruments import views_lifecycle as life
from chancencheck.instruments import views_package as package

urlpatterns = [
    path("instrument/", views.instrument_list, name="instrument_list"),
    path("instrument/einlesen/", package.instrument_import, name="instrument_import"),
    path("instrument/schema.json", views.instrument_schema, name="instrument_schema"),
    path("instrument/<int:pk>/", views.instrument_detail, name="instrument"),
    path(
        "instrument/<int:pk>/vergleich/",
        views_compare.instrument_compare_base,
        name="instrument_compare_base",
    ),
    path(
        "instrument/<int:pk>/vergleich/<int:other_pk>/",
        views_compare.instrument_compare,
        name="instrument_compare",
    ),
    path("instrument/<int:pk>/fassung/", views_compare.instrument_print, name="instrument_print"),
    path("instrument/<int:pk>/fassung.docx", views_compare.instrument_docx, name="instrument_docx"),
    path("instrument/<int:pk>/datei.yaml", package.instrument_yaml, name="instrument_yaml"),
    path("instrument/<int:pk>/datei.xlsx", package.instrument_xlsx, name="instrument_xlsx"),
    path("instrument/<int:pk>/entwurf/", life.instrument_draft, name="instrument_draft"),
    path("instrument/<int:pk>/eigene-fassung/", life.instrument_fork, name="instrument_fork"),
    path("instrument/<int:pk>/aenderungen/", life.instrument_changes, name="instrument_changes"),
    path("instrument/<int:pk>/pilot/", life.instrument_pilot, name="instrument_pilot"),
    path("instrument/<int:pk>/beschluss/", life.instrument_adopt, name="instrument_adopt"),
    path("instrument/<int:pk>/ausser-gebrauch/", life.instrument_retire, name="instrument_retire"),
    path("instrument/<int:pk>/loeschen/", life.instrument_delete, name="instrument_delete"),
    path("instrument/<int:pk>/bearbeiten/", edit.editor, name="editor"),
    path("instrument/<int:pk>/verschieben/", edit.editor_move, name="editor_move"),
    path("instrument/<int:pk>/entfernen/", edit.editor_remove, name="editor_remove"),
    path("instrument/<int:pk>/neuer-bereich/", edit.editor_add_area, name="editor_add_area"),
    path("instrument/<int:pk>/neue-skala/", edit.editor_add_scale, name="editor_add_scale"),
    path(
        "instrument/<int:pk>/neue-anforderung/<str:area_key>/",
        edit.editor_add_requirement,
        name="editor_add_requirement",
    ),
    path(
        "instrument/<int:pk>/anmerkung/<int:remark_pk>/",
        edit.editor_remark_settle,
        name="editor_remark_settle",
    ),
    path("instrument/<int:pk>/bearbeiten/<str:part>/", edit.editor_part, name="editor_part"),
    path(
        "instrument/<int:pk>/bearbeiten/<str:part>/einstellungen/",
        edit.editor_settings,
        name="editor_settings",
    ),
    path(
        "instrument/<int:pk>/bearbeiten/<str:part>/anmerken/",
        edit.editor_remark,
        name="editor_remark",
    ),
    path(
        "instrument/<int:pk>/bearbeiten/<str:part>/geprueft/",
        edit.editor_check,
        name="editor_check",
    ),
    path(
        "instrument/<int:pk>/bearbeiten/<str:part>/anwesend/",
        edit.editor_presence,
        name="editor_presence",
    ),
]
