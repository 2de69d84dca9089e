"""Addresses of assessments and results."""

from django.urls import path

from chancencheck.assessments import views, views_prepare

HERE = "selbstbewertung/<int:pk>/"

urlpatterns = [
    path("runden/<int:pk>/beenden/", views.round_close, name="round_close"),
    path("teilnahme/<int:pk>/", views_prepare.participation, name="participation"),
    path(HERE + "vorbereiten/", views_prepare.prepare, name="prepare"),
    path(HERE + "auftrag/", views_prepare.scope, name="scope"),
    path(HERE + "team/", views_prepare.team, name="team"),
    path(
        HERE + "team/<int:member_pk>/entfernen/", views_prepare.member_remove, name="member_remove"
    ),
    path(HERE + "anforderungen/", views_prepare.requirements, name="requirements"),
    path(HERE + "termin/", views_prepare.workshop_date, name="workshop_date"),
    path(HERE + "einladen/", views_prepare.invite_team, name="invite_team"),
    path(HERE + "erinnern/", views_prepare.remind_team, name="remind_team"),
    path(HERE + "meine-sicht/", views.sheet, name="sheet"),
    path(HERE + "meine-sicht/drucken/", views.sheet_print, name="sheet_print"),
    path(HERE + "meine-sicht/fertig/", views.sheet_finish, name="sheet_finish"),
    path(HERE + "meine-sicht/<str:key>/", views.rate, name="rate"),
    path(HERE + "freigabe/", views.release, name="release"),
    path(HERE + "korrektur/", views.correct, name="correct"),
    path("beleg/<uuid:evidence_pk>/", views.evidence_file, name="evidence_file"),
    path("ergebnisse/", views.result_list, name="result_list"),
]
