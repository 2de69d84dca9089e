"""What the program itself writes about pages of citizens and about secret addresses: nothing."""

import logging

# Where the pages of citizens live.
PREFIXES = ("/u/", "/mitreden/")
# Addresses that are secrets themselves: subscribed calendars.
SECRETS = ("/kalender/",)


class NothingOfCitizens(logging.Filter):
    """Keeps what citizens ask for, and secret addresses, out of the log; real errors of ours stay in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line may be written."""
        request = getattr(record, "request", None)
        path = getattr(request, "path_info", "")
        return record.levelno >= logging.ERROR or not str(path).startswith((*PREFIXES, *SECRETS))
