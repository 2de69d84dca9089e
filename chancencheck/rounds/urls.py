"""Addresses of rounds."""

from django.urls import path

from chancencheck.rounds import views

urlpatterns = [
    path("runden/", views.round_list, name="round_list"),
    path("runden/neu/", views.round_new, name="round_new"),
    path("runden/<int:pk>/grundlagen/", views.round_basics, name="round_basics"),
    path("runden/<int:pk>/kalender/", views.round_calendar, name="round_calendar"),
    path("runden/<int:pk>/einrichtungen/", views.round_institutions, name="round_institutions"),
    path("runden/<int:pk>/bestaetigen/", views.round_confirm, name="round_confirm"),
    path("runden/<int:pk>/wortlaut/", views.round_wording, name="round_wording"),
    path("teilnahme/<int:pk>/erinnern/", views.lead_remind, name="lead_remind"),
]
