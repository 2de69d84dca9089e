"""Addresses of measures. Fixed paths stand before those that begin with a number."""

from django.urls import path

from chancencheck.measures import (
    views,
    views_change,
    views_choose,
    views_functions,
    views_portfolio,
    views_public,
    views_requests,
)

urlpatterns = [
    # lists, one measure, functions, the short check
    path("massnahmen/", views.measure_list, name="measure_list"),
    path("massnahmen/kurzcheck/", views.measure_check, name="measure_check"),
    path("massnahmen/kurzcheck/<int:pk>/", views.measure_check_one, name="measure_check_one"),
    path("massnahmen/neu/", views_change.measure_new, name="measure_new"),
    path("massnahmen/funktionen/", views_functions.city_functions, name="city_functions"),
    path("massnahmen/funktionen/<int:pk>/", views_functions.function, name="function"),
    path("massnahmen/einrichtung/<int:pk>/", views.unit_measures, name="unit_measures"),
    path(
        "massnahmen/einrichtung/<int:pk>/funktionen/", views_functions.functions, name="functions"
    ),
    path("massnahmen/<int:pk>/", views.measure, name="measure"),
    path("massnahmen/<int:pk>/bearbeiten/", views_change.measure_edit, name="measure_edit"),
    path("massnahmen/<int:pk>/loeschen/", views_change.measure_delete, name="measure_delete"),
    # --- choosing in an assessment, templates, good practice (views_choose, …)
    path(
        "selbstbewertung/<int:pk>/massnahmen/",
        views_choose.assessment_measures,
        name="assessment_measures",
    ),
    path(
        "selbstbewertung/<int:pk>/massnahmen/vorschlagen/",
        views_choose.assessment_measure_propose,
        name="assessment_measure_propose",
    ),
    path(
        "selbstbewertung/<int:pk>/massnahmen/<int:measure_pk>/platz/",
        views_choose.assessment_measure_place,
        name="assessment_measure_place",
    ),
    path(
        "selbstbewertung/<int:pk>/massnahmen/<int:measure_pk>/vornehmen/",
        views_choose.assessment_measure_take,
        name="assessment_measure_take",
    ),
    path(
        "selbstbewertung/<int:pk>/massnahmen/<int:measure_pk>/zurueck/",
        views_choose.assessment_measure_back,
        name="assessment_measure_back",
    ),
    path(
        "selbstbewertung/<int:pk>/massnahmen/<int:measure_pk>/wegnehmen/",
        views_choose.assessment_measure_remove,
        name="assessment_measure_remove",
    ),
    path("massnahmen/gute-praxis/", views_choose.good_practice, name="good_practice"),
    path(
        "massnahmen/gute-praxis/<int:pk>/",
        views_choose.good_practice_take,
        name="good_practice_take",
    ),
    path("massnahmen/<int:pk>/teilen/", views_choose.measure_share, name="measure_share"),
    # --- portfolio, exports, calendar
    path("massnahmen/stadt/", views_portfolio.portfolio_page, name="portfolio"),
    path("massnahmen/stadt/tabelle.csv", views_portfolio.portfolio_csv, name="portfolio_csv"),
    path("massnahmen/stadt/tabelle.xlsx", views_portfolio.portfolio_xlsx, name="portfolio_xlsx"),
    path("massnahmen/kalender/", views_portfolio.calendar, name="calendar"),
    path("massnahmen/kalender.ics", views_portfolio.calendar_file, name="calendar_file"),
    path("kalender/<str:token>.ics", views_portfolio.calendar_feed, name="calendar_feed"),
    # --- requests for support, central measures
    path("massnahmen/anfragen/", views_requests.request_list, name="request_list"),
    path("massnahmen/anfragen/<int:pk>/", views_requests.request_answer, name="request_answer"),
    path("massnahmen/zentral/", views_requests.measure_central, name="measure_central"),
    path("massnahmen/<int:pk>/anfrage/", views_requests.measure_request, name="measure_request"),
    # --- publication, “Said and done”
    path(
        "massnahmen/<int:pk>/veroeffentlichen/",
        views_public.measure_publish,
        name="measure_publish",
    ),
    # `<language:…>` is registered in citizens/urls.py
    path(
        "mitreden/<slug:slug>/gesagt-getan/<language:speaks>/",
        views_public.said_and_done,
        name="said_and_done",
    ),
]
