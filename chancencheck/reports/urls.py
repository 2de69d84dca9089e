"""Addresses of reports."""

from django.urls import path

from chancencheck.reports import views, views_pilot, views_result

urlpatterns = [
    path("runden/<int:pk>/", views.round_detail, name="round"),
    path("runden/<int:pk>/muster/", views.round_pattern, name="round_pattern"),
    path("instrument/<int:pk>/rueckmeldungen/", views_pilot.feedback, name="pilot_feedback"),
    path(
        "instrument/<int:pk>/rueckmeldungen/uebernehmen/",
        views_pilot.take,
        name="pilot_feedback_take",
    ),
    path("teilnahme/<int:pk>/team-erinnern/", views.team_remind, name="team_remind"),
    path("ergebnisse/<int:pk>/wirkung/", views_result.effect, name="effect"),
    path("ergebnisse/<int:pk>/", views_result.result, name="result"),
    path("ergebnisse/<int:pk>/fassung/<int:edition>/", views_result.result, name="result_edition"),
]
