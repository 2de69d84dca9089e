"""Addresses of surveys: short ones for citizens, `/befragungen/` for staff."""

from django.urls import path

from chancencheck.surveys import views_public

urlpatterns = [
    path("u/<slug:code>/", views_public.survey, name="survey_open"),
    path("u/<slug:code>/<language:speaks>/", views_public.survey, name="survey_in"),
    path("u/<slug:code>/<language:speaks>/danke/", views_public.thanks, name="survey_thanks"),
    path("mitreden/<slug:slug>/", views_public.city_page_start, name="city_page_start"),
    path("mitreden/<slug:slug>/<language:speaks>/", views_public.city_page, name="city_page"),
    path(
        "mitreden/<slug:slug>/ergebnis/<int:pk>/<language:speaks>/",
        views_public.public_result,
        name="public_result",
    ),
]
