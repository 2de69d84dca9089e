"""Entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancencheck.config.settings")

django_application = get_wsgi_application()

from chancencheck.workshops.live import LiveAddress  # noqa: E402  models need the settings

application = LiveAddress(django_application)  # type: ignore[arg-type]  # WSGI is looser than its types
