"""Waking the mailer, through a sender that the composition root gives; it knows no models, as workers load it early."""

from collections.abc import Callable

_announce: Callable[[], None] | None = None


def announce_with(announce: Callable[[], None]) -> None:
    """Say how the mailer is woken when there is a new notice; without it the clock alone finds notices."""
    global _announce
    _announce = announce


def wake_the_mailer() -> None:
    if _announce is not None:
        _announce()
