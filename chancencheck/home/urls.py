"""Addresses of the start page and the example."""

from django.urls import path

from chancencheck.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("strategie/", views.strategy, name="strategy"),
    path("beispiel/anmelden/", views.sign_in_as, name="sign_in_as"),
    path("beispiel/postfach/", views.mailbox, name="mailbox"),
    path("beispiel/postfach/<int:pk>/", views.mailbox_message, name="mailbox_message"),
]
