"""Addresses of surveys: short ones for citizens, `/befragungen/` for staff."""

from django.urls import path

from chancencheck.surveys import views, views_paper, views_public, views_result

HERE = "befragungen/<int:pk>/"
ENTRANCE = "befragungen/zugang/<int:pk>/"
PART = "befragungen/teil/<int:pk>/"

urlpatterns = [
    path("u/<slug:code>/", views_public.survey, name="survey_open"),
    path("u/<slug:code>/bildschirm/", views_public.kiosk_app, name="kiosk_app"),
    path("u/<slug:code>/<language:speaks>/", views_public.survey, name="survey_in"),
    path("u/<slug:code>/<language:speaks>/danke/", views_public.thanks, name="survey_thanks"),
    path("mitreden/<slug:slug>/", views_public.city_page_start, name="city_page_start"),
    path("mitreden/<slug:slug>/<language:speaks>/", views_public.city_page, name="city_page"),
    path(
        "mitreden/<slug:slug>/ergebnis/<int:pk>/<language:speaks>/",
        views_public.public_result,
        name="public_result",
    ),
    path("befragungen/", views.survey_list, name="survey_list"),
    path("befragungen/neu/<int:round_pk>/", views.survey_new, name="survey_new"),
    path(HERE, views.survey_detail, name="survey"),
    path(HERE + "bearbeiten/", views.survey_edit, name="survey_edit"),
    path(HERE + "oeffnen/", views.survey_start, name="survey_start"),
    path(HERE + "verlaengern/", views.survey_extend, name="survey_extend"),
    path(HERE + "beenden/", views.survey_close, name="survey_close"),
    path(HERE + "orte/", views.entrance_add, name="entrance_add"),
    path(HERE + "orte/<int:entrance_pk>/entfernen/", views.entrance_remove, name="entrance_remove"),
    path(HERE + "vorschau/<language:speaks>/", views.survey_preview, name="survey_preview"),
    path(HERE + "codes/", views.survey_codes, name="survey_codes"),
    path(HERE + "texte/", views_result.survey_texts, name="survey_texts"),
    path(HERE + "ergebnis/", views_result.survey_result, name="survey_result"),
    path(HERE + "ergebnis/tabelle/", views_result.survey_csv, name="survey_csv"),
    path(ENTRANCE + "plakat/<language:speaks>/", views_paper.survey_poster, name="survey_poster"),
    path(
        ENTRANCE + "plakat/<language:speaks>/pdf/",
        views_paper.survey_poster_pdf,
        name="survey_poster_pdf",
    ),
    path(ENTRANCE + "bogen/<language:speaks>/", views_paper.survey_sheet, name="survey_sheet"),
    path(ENTRANCE + "eingeben/", views_paper.survey_enter, name="survey_enter"),
    path(PART + "gesagt-getan/", views_result.said_done, name="said_done"),
    path(PART + "veroeffentlichen/", views_result.part_publish, name="part_publish"),
]
