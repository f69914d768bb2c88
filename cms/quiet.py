"""What the log does not repeat. It is read before the apps are there, so it knows addresses by their text alone."""

import logging

#: Asked every few seconds, and answered 503 until all is there: its own lines say what is missing.
_READINESS = "/readyz"


class Unexpected(logging.Filter):
    """Lets through what ought to wake somebody."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return getattr(request, "path", "") != _READINESS
