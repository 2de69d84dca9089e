"""Addresses of the strategy."""

from django.urls import path

from chancencheck.strategy import views

urlpatterns = [path("strategie/bearbeiten/", views.strategy_edit, name="strategy_edit")]
