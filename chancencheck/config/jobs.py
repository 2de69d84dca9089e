"""What has to be done from time to time, without anybody asking: in threads of the server.

One server process after the other does it; if none runs, nothing breaks, because each page that
promises a deletion also does it (docs/adr/0021). Mails have a thread of their own (docs/adr/0026),
so that a sign-in code arrives in a second. In larger installations `chancencheck work` does both
in a process of its own.
"""

import logging
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.util import Finalize
from threading import Thread

from django.conf import settings
from django.db import close_old_connections

from chancencheck.barriers.operations import forget_contacts
from chancencheck.instruments.presence import forget_old
from chancencheck.lib.sessions import forget_expired
from chancencheck.measures.reminders import plan_reminders
from chancencheck.notifications.digest import make_mails, make_mails_at_once
from chancencheck.notifications.operations import forget_messages
from chancencheck.notifications.outbox import NEW_MAIL
from chancencheck.notifications.worker import ENDING, send_due, tidy_outbox
from chancencheck.surveys.operations import tidy

EVERY = 600.0  # seconds
MAIL_EVERY = 5.0  # seconds; at once if this process stored a mail
JOBS = (
    tidy,
    forget_contacts,
    forget_expired,
    forget_old,
    forget_messages,
    plan_reminders,
    make_mails,
    tidy_outbox,
)
MAIL_JOBS = (make_mails_at_once, send_due)


def run_jobs(jobs: tuple[Callable[[], object], ...] = JOBS) -> None:
    """Do everything once. One job that fails does not keep the others from running."""
    for job in jobs:
        try:
            job()
        except Exception:
            logging.getLogger(__name__).exception("The job %s failed.", job.__name__)


def start_jobs() -> None:
    """Do everything as long as this process lives, unless a process of its own does it."""
    if settings.WORKER == "inside":
        Thread(target=_jobs_for_ever, name="jobs", daemon=True).start()
        mails = Thread(target=_mails_for_ever, name="mail", daemon=True)
        mails.start()
        # the server's processes are children, which end without `atexit`
        Finalize(None, _finish, args=[mails], exitpriority=1)


def work() -> None:
    """The same in the foreground, until somebody ends it (SIGTERM, Ctrl+C); a mail is finished."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ENDING.set())
    Thread(target=_jobs_for_ever, args=(0.0,), name="jobs", daemon=True).start()
    while not ENDING.is_set():
        _once(MAIL_JOBS)
        ENDING.wait(MAIL_EVERY)


def _jobs_for_ever(first: float = EVERY) -> None:
    pause = first
    while True:
        # by chance, so that several processes do not meet
        time.sleep(pause * random.uniform(0.5, 1.5))
        _once(JOBS)
        pause = EVERY


def _finish(mails: Thread) -> None:
    """A server that is restarted in mid-send would leave a mail of which nobody knows if it went."""
    ENDING.set()
    NEW_MAIL.set()
    mails.join(settings.EMAIL_TIMEOUT)


def _mails_for_ever() -> None:
    while not ENDING.is_set():
        _once(MAIL_JOBS)
        NEW_MAIL.wait(MAIL_EVERY * random.uniform(0.5, 1.5))
        NEW_MAIL.clear()


def _once(jobs: tuple[Callable[[], object], ...]) -> None:
    close_old_connections()
    run_jobs(jobs)
    close_old_connections()
