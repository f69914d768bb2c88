"""Waiting for workers: watching job rows until the work is done, and telling how far it is."""

import time
from collections.abc import Callable
from typing import Any

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
        with scope(studio):
            answer = found()
            if answer:
                return answer
            failed = Job.objects.filter(kind__in=kinds, state=Job.State.FAILED).newest_first().first()
            running = list(Job.objects.unfinished().filter(kind__in=kinds).order_by("created_at", "id"))
        if failed and not running:
            raise NotDone(f"{what}: {failed.error}")
        if time.monotonic() > ends_at_s:
            raise NotDone(f"{what} took longer than {within_s:.0f} s; the jobs page of the desk shows why.")
        if time.monotonic() - said_at_s > _SAYS_EVERY_S:
            said_at_s = time.monotonic()
            say(f"{what}: " + (", ".join(_shown(job) for job in running) or "waiting for a worker"))
        time.sleep(_LOOKS_EVERY_S)


def _shown(job: Job) -> str:
    if job.state == Job.State.WAITING:
        return f"{job.kind} waiting"
    return f"{job.kind} {job.progress_percent()} %"
