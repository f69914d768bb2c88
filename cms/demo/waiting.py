"""Waiting for workers: watching job rows until the work is done, and telling how far it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection

from studios.scope import scope
from titles.jobs.models import Job

Say = Callable[[str], None]

_LOOKS_EVERY_S = 0.5
_SAYS_EVERY_S = 4.0


class NotDone(Exception):
    """The workers could not do it, or not in time; the text is one plain sentence."""


def until(
    found: Callable[[], Any], *, studio: Any, kinds: tuple[str, ...], say: Say, what: str, within_s: float
) -> Any:
    """Look in short scopes of ``studio`` until ``found()`` answers something true, and return it.

    Meanwhile say how far the jobs of ``kinds`` are. Raises NotDone when one of them failed for good, or when
    ``within_s`` seconds are over.
    """
    ends_at_s = time.monotonic() + within_s
    said_at_s = time.monotonic()
    while True:
        seen = _looked(found, studio, kinds)
        if seen and seen.answer:
            return seen.answer
        if seen and seen.failed and not seen.unfinished:
            raise NotDone(f"{what}: {seen.failed.error}")
        if time.monotonic() > ends_at_s:
            raise NotDone(f"{what} took longer than {within_s:.0f} s; the jobs page of the desk shows why.")
        if time.monotonic() - said_at_s > _SAYS_EVERY_S:
            said_at_s = time.monotonic()
            say(f"{what}: {_told(seen)}")
        time.sleep(_LOOKS_EVERY_S)


@dataclass(frozen=True)
class _Seen:
    """What one look at the studio's rows found."""

    answer: Any
    failed: Job | None
    unfinished: list[Job]


def _looked(found: Callable[[], Any], studio: Any, kinds: tuple[str, ...]) -> _Seen | None:
    """One look; None while the database is away, which is started again by whoever runs it."""
    try:
        with scope(studio):
            jobs = Job.objects.filter(kind__in=kinds)
            return _Seen(
                answer=found(),
                failed=jobs.filter(state=Job.State.FAILED).newest_first().first(),
                unfinished=list(jobs.unfinished().order_by("created_at", "id")),
            )
    except OperationalError:
        connection.close()
        return None


def _told(seen: _Seen | None) -> str:
    if seen is None:
        return "the database is away and being started again"
    return ", ".join(_shown(job) for job in seen.unfinished) or "waiting for a worker"


def _shown(job: Job) -> str:
    if job.state == Job.State.WAITING:
        return f"{job.kind} waiting"
    return f"{job.kind} {job.progress_percent()} %"
