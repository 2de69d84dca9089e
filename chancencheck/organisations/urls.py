"""Addresses of this part. Paths are German: people read them."""

from django.urls import path

from chancencheck.organisations import views

urlpatterns = [
    path("einrichten/", views.setup, name="setup"),
    path("einladung/<str:token>/", views.invitation, name="invitation"),
    path("personen/", views.people, name="people"),
    path("personen/einladen/", views.invite, name="invite"),
    path("personen/<int:pk>/neues-passwort/", views.reset_link, name="reset_link"),
    path("personen/<int:pk>/schliessen/", views.close_account, name="close_account"),
    path("rollen/<int:pk>/beenden/", views.role_end, name="role_end"),
    path("stadt/", views.municipality_settings, name="municipality_settings"),
    path("stadt/<int:pk>/waehlen/", views.municipality_choose, name="municipality_choose"),
    path("logbuch/", views.log, name="log"),
    path("wer-sieht-was/", views.who_sees_what, name="who_sees_what"),
    path("barrierefreiheit/", views.accessibility, name="accessibility"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("impressum/", views.imprint, name="imprint"),
]
