"""Addresses of the workshop: the room, its guests, paper, protocol, practice."""

from django.urls import path

from chancencheck.workshops import views, views_guest, views_paper, views_protocol, views_room

HERE = "selbstbewertung/<int:pk>/"
ROOM = HERE + "workshop/"

urlpatterns = [
    path(ROOM, views.workshop, name="workshop"),
    path(ROOM + "oeffnen/", views.workshop_open, name="workshop_open"),
    path(ROOM + "leinwand/", views_room.wall, name="wall"),
    path(ROOM + "schreiben/", views.finding_now, name="finding_now"),
    path(ROOM + "dabei/", views_room.follow, name="follow"),
    path(ROOM + "stimme/", views_room.vote, name="vote"),
    path(ROOM + "steuern/", views_room.steer, name="steer"),
    path(ROOM + "ablauf/", views_room.plan, name="plan"),
    path(ROOM + "papier/", views_paper.paper, name="paper"),
    path(ROOM + "papier/blaetter/<str:size>/", views_paper.handouts, name="handouts"),
    path(ROOM + "papier/leitfaden/", views_paper.script, name="script"),
    path(ROOM + "papier/fragebogen/", views_paper.questionnaire, name="questionnaire"),
    path(ROOM + "papier/eingeben/", views_paper.paper_enter, name="paper_enter"),
    path(
        ROOM + "papier/<uuid:sheet_pk>/zurueck/",
        views_paper.paper_take_back,
        name="paper_take_back",
    ),
    path(ROOM + "<str:key>/", views.finding, name="finding"),
    path(ROOM + "<str:key>/beleg/", views.evidence_add, name="evidence_add"),
    path(
        HERE + "beleg/<uuid:evidence_pk>/entfernen/", views.evidence_remove, name="evidence_remove"
    ),
    path(HERE + "protokoll/", views_protocol.protocol, name="protocol"),
    path(
        HERE + "protokoll/fassung/<int:edition>/", views_protocol.protocol, name="protocol_edition"
    ),
    path(HERE + "protokoll/dokument/", views_protocol.protocol_docx, name="protocol_docx"),
    path(
        HERE + "protokoll/fassung/<int:edition>/dokument/",
        views_protocol.protocol_docx,
        name="protocol_docx_edition",
    ),
    path("mitmachen/", views_guest.join, name="join"),
    path("mitmachen/jetzt/", views_guest.now, name="guest_now"),
    path("mitmachen/stimme/", views_guest.vote, name="guest_vote"),
    path("mitmachen/verlassen/", views_guest.leave, name="guest_leave"),
    path("mitmachen/<str:code>/", views_guest.join, name="join_code"),
    path("uebung/", views_room.practise, name="practise"),
    path("uebung/beenden/", views_room.practise_end, name="practise_end"),
    path("instrument/<int:pk>/fragebogen/", views_paper.blank, name="questionnaire_blank"),
]
