"""Entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancencheck.config.settings")

django_application = get_wsgi_application()

from chancencheck.config.jobs import start_jobs  # noqa: E402  models need the settings
from chancencheck.workshops.live import LiveAddress  # noqa: E402

application = LiveAddress(django_application)  # type: ignore[arg-type]  # WSGI is looser than its types
start_jobs()
