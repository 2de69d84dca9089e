"""All addresses. The paths are German, because people read them."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from chancencheck.accounts import views as accounts
from chancencheck.ui import views as ui

handler400 = "chancencheck.ui.views.bad_request"

# Only those pages of django-allauth that the product uses.
account_urls = [
    path("anmelden/", allauth.login, name="account_login"),
    path("anmelden/code/", allauth.request_login_code, name="account_request_login_code"),
    path("anmelden/code/eingeben/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("abmelden/", allauth.logout, name="account_logout"),
    path("konto/geschlossen/", allauth.account_inactive, name="account_inactive"),
    path("konto/registrieren/", allauth.signup, name="account_signup"),
    path("konto/", accounts.account, name="account"),
    path("konto/passwort/", allauth.password_change, name="account_change_password"),
    path("konto/passwort/erstes/", allauth.password_set, name="account_set_password"),
    path("passwort/", allauth.password_reset, name="account_reset_password"),
    path("passwort/unterwegs/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "passwort/gespeichert/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", include("chancencheck.assessments.urls")),  # first: most requests save a rating
    path("", include("chancencheck.workshops.urls")),
    path("", include("chancencheck.citizens.urls")),
    path("", include("chancencheck.measures.urls")),
    path("", include("chancencheck.barriers.urls")),
    path("", include("chancencheck.surveys.urls")),
    path("", include("chancencheck.reports.urls")),
    path("", include("chancencheck.home.urls")),
    path("", include("chancencheck.strategy.urls")),
    path("", include("chancencheck.organisations.urls")),
    path("", include("chancencheck.notifications.urls")),
    path("", include("chancencheck.instruments.urls")),
    path("", include("chancencheck.rounds.urls")),
    path("", include(account_urls)),
    path("farbe/<str:color>.css", ui.city_color, name="city_color"),
    path("muster/", ui.gallery, name="gallery"),
]
