"""Settings of the test suite: a real SQLite file or a real PostgreSQL, quick password hashes."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="chancencheck-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")

from chancencheck.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["TEST"] = {  # noqa: F405
        "NAME": os.path.join(os.environ["DATA_DIR"], "test.sqlite3")
    }
else:
    # a pool would keep connections open while the test database is dropped
    DATABASES["default"]["OPTIONS"] = {}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
