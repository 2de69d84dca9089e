"""Addresses of reports of barriers: two for citizens, three for staff."""

from django.urls import path

from chancencheck.barriers import views, views_public

# `<language:…>` is registered in citizens/urls.py
HERE = "mitreden/<slug:slug>/barriere/<language:speaks>/"

urlpatterns = [
    path(HERE, views_public.barrier_report, name="barrier_report"),
    path(HERE + "stand/", views_public.barrier_state, name="barrier_state"),
    path("barrieren/", views.barrier_list, name="barrier_list"),
    path("barrieren/plakat/<language:speaks>/", views.barrier_poster, name="barrier_poster"),
    path("barrieren/<uuid:pk>/", views.barrier_detail, name="barrier_detail"),
]
