"""Settings. Every value has a sensible default; `example.env` documents the variables.

Variables are read from the environment, and from the file named by CHANCENCHECK_ENV_FILE if set.
"""

import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF

env = environ.Env()
if env_file := os.environ.get("CHANCENCHECK_ENV_FILE"):
    env.read_env(env_file)

PACKAGE_DIR = Path(__file__).resolve().parent.parent

# Everything that must be kept lies in one folder: database, uploads, secret.
DATA_DIR = Path(env("DATA_DIR", default=str(Path.cwd() / "data"))).resolve()


def _secret_key() -> str:
    """The secret of this installation: from the environment, or made once and kept as a file."""
    if key := env("SECRET_KEY", default=""):
        return str(key)
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        # exclusive and private: two processes that start together must not make two secrets
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")

# The example city: one click signs in as each role, all mail lands in a page. Never in real use.
EXAMPLE_MODE = env.bool("EXAMPLE_MODE", default=False)

INSTALLED_APPS = [
    # ours first: their templates win over those of the libraries
    "chancencheck.ui",
    "chancencheck.audit",
    "chancencheck.accounts",
    "chancencheck.organisations",
    "chancencheck.notifications",
    "chancencheck.governance",
    "chancencheck.instruments",
    "chancencheck.strategy",
    "chancencheck.rounds",
    "chancencheck.citizens",
    "chancencheck.assessments",
    "chancencheck.barriers",
    "chancencheck.surveys",
    "chancencheck.measures",
    "chancencheck.workshops",
    "chancencheck.reports",
    "chancencheck.home",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "chancencheck.citizens.doorway.CitizensDoor",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chancencheck.ui.middleware.KeepTypedTextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chancencheck.organisations.middleware.MunicipalityMiddleware",
    "chancencheck.ui.middleware.PageHeadersMiddleware",
    "chancencheck.ui.middleware.NotAllowedNowMiddleware",
]

# An address is unique whatever its case; the check looks for a plain unique field only.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

ROOT_URLCONF = "chancencheck.config.urls"
WSGI_APPLICATION = "chancencheck.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chancencheck.organisations.context.frame",
                "chancencheck.notifications.context.inbox",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "chancencheck.ui.templatetags.ui",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'chancencheck.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, readers never wait; see docs/adr/0005.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            "PRAGMA secure_delete=ON;PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000;"
        ),
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] |= {
        # a database that does not answer must not hold every thread for half a minute
        "pool": {"min_size": 1, "max_size": env.int("DB_POOL", 8), "timeout": 5}
    }

# Rate limits must hold across processes, so they live in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
    }
}

# ---------------------------------------------------------------- sign-in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "chancencheck.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited; an invitation proves the address
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "change_password": "chancencheck.accounts.forms.ChangePasswordForm",
    "confirm_login_code": "chancencheck.accounts.forms.ConfirmLoginCodeForm",
    "login": "chancencheck.accounts.forms.LoginForm",
    "request_login_code": "chancencheck.accounts.forms.RequestLoginCodeForm",
    "reset_password": "chancencheck.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "chancencheck.accounts.forms.ResetPasswordKeyForm",
    "set_password": "chancencheck.accounts.forms.SetPasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/5m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "join_workshop": "30/10m/ip",  # wrong codes only; a whole room shares one address
}
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

SESSION_ENGINE = "chancencheck.lib.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "chancencheck.ui.views.form_expired"

# Behind a proxy that ends TLS: cookies only over https, HSTS, trust the proxy's header.
BEHIND_HTTPS_PROXY = env.bool("BEHIND_HTTPS_PROXY", default=False)
if BEHIND_HTTPS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = BEHIND_HTTPS_PROXY
CSRF_COOKIE_SECURE = BEHIND_HTTPS_PROXY
# How many proxies stand in front; the client address for rate limits is taken from there.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if BEHIND_HTTPS_PROXY else 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],  # the design system draws its icons as data
        "script-src": [SELF],
        "style-src": [SELF],
    }
}

# ------------------------------------------------------------- language

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Europe/Berlin")
USE_TZ = True

# ---------------------------------------------------------- files, mail

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "uploads"  # never served by URL; a view checks and sends
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_242_880
EVIDENCE_FILE_MAX_BYTES = 10 * 1024 * 1024

# Every mail is stored in the outbox; a worker sends it by MAIL_TRANSPORT (docs/adr/0026).
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
MAIL_TRANSPORT = vars()["EMAIL_BACKEND"]
if MAIL_TRANSPORT == "django.core.mail.backends.smtp.EmailBackend":
    MAIL_TRANSPORT = "chancencheck.notifications.transport.SmtpTransport"
if EXAMPLE_MODE:
    MAIL_TRANSPORT = "chancencheck.notifications.mailbox.MailboxBackend"
EMAIL_BACKEND = "chancencheck.notifications.outbox.OutboxBackend"
# inside: each server process also sends mails and does the jobs. apart: `chancencheck work` does.
WORKER = env("WORKER", default="inside")
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="ChancenCheck <chancencheck@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # who sends a form of the pages for citizens twice or too late is nobody's business
    "filters": {"citizens": {"()": "chancencheck.citizens.logs.NothingOfCitizens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["citizens"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
