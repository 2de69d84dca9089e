"""Addresses of messages and mails."""

from django.urls import path

from chancencheck.notifications import views, views_mail

urlpatterns = [
    path("versand/", views_mail.mail_queue, name="mail_queue"),
    path("versand/<int:pk>/noch-einmal/", views_mail.mail_retry, name="mail_retry"),
    path("nachrichten/", views.inbox, name="inbox"),
    path("nachrichten/gelesen/", views.messages_read, name="messages_read"),
    path("nachrichten/<int:pk>/", views.message_open, name="message_open"),
    path("nachrichten/e-mails/", views.mail_settings, name="mail_settings"),
    path("nachrichten/abbestellen/<str:token>/", views.mail_unsubscribe, name="mail_unsubscribe"),
    path("nachrichten/texte/", views.message_texts, name="message_texts"),
    path("nachrichten/texte/<str:reason>/", views.message_text, name="message_text"),
]
