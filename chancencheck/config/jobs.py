"""What has to be done from time to time, without anybody asking: in a thread of the server.

One server process after the other does it; if none runs, nothing breaks, because each page that
promises a deletion also does it (docs/adr/0021).
"""

import logging
import random
import time
from threading import Thread

from django.db import close_old_connections

from chancencheck.barriers.operations import forget_contacts
from chancencheck.instruments.presence import forget_old
from chancencheck.lib.sessions import forget_expired
from chancencheck.surveys.operations import tidy

EVERY = 600.0  # seconds
JOBS = (tidy, forget_contacts, forget_expired, forget_old)


def run_jobs() -> None:
    """Do everything once. One job that fails does not keep the others from running."""
    for job in JOBS:
        try:
            job()
        except Exception:
            logging.getLogger(__name__).exception("The job %s failed.", job.__name__)


def start_jobs() -> None:
    """Do everything every ten minutes or so, as long as this process lives."""
    Thread(target=_for_ever, name="jobs", daemon=True).start()


def _for_ever() -> None:
    while True:
        # by chance, so that several processes do not meet
        time.sleep(EVERY * random.uniform(0.5, 1.5))
        close_old_connections()
        run_jobs()
        close_old_connections()
