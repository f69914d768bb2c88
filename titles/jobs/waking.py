"""Waking workers: the one place that sends, through a sender that the composition root gives."""

import logging
from collections.abc import Callable

from django.db import transaction

log = logging.getLogger(__name__)

_sender: Callable[[str], None] | None = None


def send_with(sender: Callable[[str], None]) -> None:
    """Say how a kind of work is announced to the workers."""
    global _sender
    _sender = sender


def wake(kind: str) -> None:
    """Announce work of ``kind`` once the current transaction has committed.

    A broker that fails costs nothing but time: the sweep announces the row again.
    """
    transaction.on_commit(lambda: wake_now(kind))


def wake_now(kind: str) -> None:
    if _sender is None:
        return
    try:
        _sender(kind)
    except Exception as reason:
        log.warning("No worker could be told of %s work (%s); the sweep will.", kind, reason)
