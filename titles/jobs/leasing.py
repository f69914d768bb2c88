"""Holding a claimed job: the heartbeat that keeps the lease, progress, and what becomes of it in the end."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from studios.models import MovedOn, Notice
from studios.notices import tell
from titles.jobs.models import Job, LeaseLost, State

_logger = logging.getLogger(__name__)

_MOST_LOG_CHARACTERS = 8_000


class GaveUp(Exception):
    """The work cannot be done however often it is tried; the text is one plain sentence for the desk."""


class TryLater(Exception):
    """The work could not be done now and is tried again after a while; the text is one plain sentence."""


class Lease:
    """A claimed job in the hands of this worker."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._reported_at_s = time.monotonic() if job.step else -math.inf  # what goes on has said so before
        self._unfinished = False

    def lost(self) -> bool:
        """Whether the job was cancelled or another worker has it: stop soon and write nothing."""
        return self._lost.is_set()

    def hand_back(self) -> None:
        """Say that this was only a part of the work: when the block ends, the job is anybody's to go on with."""
        self._unfinished = True

    @property
    def is_handed_back(self) -> bool:
        return self._unfinished

    def report(self, step: str, fraction: float) -> None:
        """Say how far the work is (0.0 to 1.0), never less than before. Raises LeaseLost.

        It is written at most once a second, so that a step that is over sooner may not be seen. A database that is
        away for a moment costs the report, not the work.
        """
        if self.lost():
            raise LeaseLost(_("Another worker has this job now, or it was cancelled."))
        self.job.step = step
        self.job.progress_permille = max(self.job.progress_permille, round(1000 * min(fraction, 1.0)))
        now_s = time.monotonic()
        if now_s - self._reported_at_s < 1.0:
            return
        self._reported_at_s = now_s
        try:
            self.job.write(step=step, progress_permille=self.job.progress_permille)
        except (OperationalError, InterfaceError) as reason:
            _logger.warning("The progress of job %s could not be written: %s", self.job.pk, reason)
            _drop_broken_connection()
            self._reported_at_s = -math.inf

    def beat(self) -> None:
        """Let the lease last anew, by the database's clock: ours may be wrong. Raises LeaseLost."""
        self.job.write(lease_until=Now() + timedelta(seconds=settings.JOB_LEASE_S))

    def beat_until_ended(self) -> None:
        """Keep the lease: runs in a thread of its own, with a connection of its own."""
        try:
            while not self._ended.wait(settings.JOB_HEARTBEAT_S):
                try:
                    self.beat()
                except LeaseLost:
                    self._lost.set()
                    return
                except DatabaseTrouble as reason:
                    _logger.warning("The heartbeat of job %s missed a beat: %s", self.job.pk, reason)
                    connection.close()
        finally:
            connection.close()

    def end(self) -> None:
        self._ended.set()


@contextmanager
def leased(job: Job) -> Iterator[Lease]:
    """Hold ``job`` while the block works on it, and write down how it ended.

    Without an exception it is done, or goes on later if it was handed back. GaveUp fails it with its sentence;
    TryLater and everything else is tried again after a growing pause, until ``most_tries``. A lost lease writes
    nothing.
    """
    lease = Lease(job)
    heart = threading.Thread(target=lease.beat_until_ended, name=f"heartbeat of {job.kind}", daemon=True)
    heart.start()
    try:
        yield lease
    except LeaseLost:
        _logger.info("Job %s was cancelled or taken over.", job.pk)
    except GaveUp as reason:
        _end(job, State.FAILED, why=str(reason), log=last_words(reason))
    except TryLater as reason:
        _postpone(job, str(reason), log=last_words(reason))
    except Exception as reason:
        _logger.exception("Job %s (%s) ended with a surprise.", job.pk, job.kind)
        _drop_broken_connection()
        why = _("Something unexpected happened; the operator finds it in the log under %s.") % job.pk
        _postpone(job, why, log=last_words(reason))
    else:
        if lease.is_handed_back:
            _hand_back(job)
        else:
            _end(job, State.DONE)
    finally:
        lease.end()
        heart.join()


def last_words(reason: BaseException) -> str:
    """What programs said before ``reason``: the notes (``add_note``) of it and of what it came from, oldest first.

    >>> reason = GaveUp("The film is damaged.")
    >>> reason.add_note("moov atom not found")
    >>> last_words(reason)
    'moov atom not found'
    """
    said: list[str] = []
    known: BaseException | None = reason
    while known is not None:
        said[:0] = getattr(known, "__notes__", [])
        known = known.__cause__ or known.__context__
    # PostgreSQL's text has no zero character, and programs that read damaged files print anything.
    return "\n".join(said).replace("\0", "").strip()[-_MOST_LOG_CHARACTERS:]


def _drop_broken_connection() -> None:
    """Let the next statement connect anew, where the database went away under this one."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _hand_back(job: Job) -> None:
    try:
        job.hand_back()
    except LeaseLost:
        _logger.info("Job %s was cancelled or taken over before it was handed back.", job.pk)


def _end(job: Job, state: State, why: str = "", *, log: str = "") -> None:
    try:
        with job.scope():
            job.hold()
            columns: dict[str, Any] = {"progress_permille": 1000} if state == State.DONE else {}
            job.move(
                State.RUNNING,
                state,
                by=None,
                why=why,
                error=why,
                log=log,
                finished_at=timezone.now(),
                lease_until=None,
                **columns,
            )
            if state == State.FAILED:
                _tell(job, why)
    except (LeaseLost, MovedOn):
        _logger.info("Job %s was cancelled or taken over before it ended.", job.pk)


def _tell(job: Job, why: str) -> None:
    """Tell the person whose wish this came from that it failed for good."""
    tell(job.wished_by(), Notice.Kind.FAILURE, job, gettext_lazy("%(row)s: %(why)s"), why=why)


def _postpone(job: Job, why: str, *, log: str = "") -> None:
    """Back to waiting, due after 5 s, 10 s, 20 s and so on; failed after the last try.

    Where the same work was asked for again meanwhile, that newer job replaces this one.
    """
    if job.tries >= job.most_tries:
        _end(job, State.FAILED, why=why, log=log)
        return
    pause_s = settings.JOB_RETRY_FIRST_S * 2 ** (job.tries - 1)
    try:
        with job.scope():
            job.hold()
            asked_again = Job.objects.filter(kind=job.kind, subject_id=job.subject_id, state=State.WAITING).exists()
            if asked_again:
                ended = {"error": why, "log": log, "finished_at": timezone.now()}
                job.move(State.RUNNING, State.FAILED, by=None, why=why, **ended)
                return
            job.move(
                State.RUNNING,
                State.WAITING,
                by=None,
                why=why,
                error=why,
                log=log,
                lease_until=None,
                due_at=Now() + timedelta(seconds=pause_s),
            )
    except (LeaseLost, MovedOn):
        _logger.info("Job %s was cancelled or taken over before it could be postponed.", job.pk)
