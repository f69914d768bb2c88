"""Leased work: the job row is the truth; losing a message, a worker or the broker loses none and doubles none."""

import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from studios.models import Move, MovedOn, StatefulRow, Studio
from studios.scope import scope
from titles.jobs.waking import wake

Subject = TypeVar("Subject", bound=models.Model)


class LeaseLost(Exception):
    """Another worker has the job now, or it was cancelled: this worker must not write its result."""


URGENT = 10
"""The priority of what a person wants done first."""

WORKER_GONE_AFTER_S = 60
"""A worker that was not seen for so long does not come back for work that only it could go on with."""


class State(models.TextChoices):
    WAITING = "waiting", gettext_lazy("waiting")
    RUNNING = "running", gettext_lazy("running")
    DONE = "done", gettext_lazy("done")
    FAILED = "failed", gettext_lazy("failed")
    CANCELLED = "cancelled", gettext_lazy("cancelled")


UNFINISHED = (State.WAITING, State.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=UNFINISHED)

    def about(self, *subjects: models.Model) -> "JobQuerySet":
        return self.filter(subject_id__in=[subject.pk for subject in subjects])

    def newest_first(self) -> "JobQuerySet":
        return self.order_by("-created_at", "-id")

    def failed_for_good(self) -> "JobQuerySet":
        """Failed ones that nobody has asked for again since."""
        asked_again = Job.objects.filter(
            kind=models.OuterRef("kind"), subject_id=models.OuterRef("subject_id"), id__gt=models.OuterRef("id")
        )
        return self.filter(~models.Exists(asked_again), state=State.FAILED)


class Job(StatefulRow):
    """One piece of work on one subject. ``token`` grows with every claim; only its holder may write."""

    State = State

    kind = models.CharField(gettext_lazy("kind"), max_length=32)
    subject_noun = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    priority = models.SmallIntegerField(gettext_lazy("priority"), default=0)
    due_at = models.DateTimeField(gettext_lazy("due"), db_default=Now())
    state = models.CharField(gettext_lazy("state"), max_length=16, choices=State.choices, default=State.WAITING)
    step = models.CharField(gettext_lazy("step"), max_length=80, blank=True)
    progress_permille = models.SmallIntegerField(gettext_lazy("progress"), default=0)
    tries = models.SmallIntegerField(gettext_lazy("tries"), default=0)
    most_tries = models.SmallIntegerField(default=8)
    token = models.BigIntegerField(default=0)
    #: Running without one: handed back between two parts of the work.
    lease_until = models.DateTimeField(null=True)
    #: What a worker must be able to do to go on with it; empty: anything.
    needs = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    worker = models.CharField(gettext_lazy("worker"), max_length=120, blank=True)
    error = models.TextField(gettext_lazy("error"), blank=True)
    #: The last lines of what the programs said, when it ended badly; for whoever wants to know more than ``error``.
    log = models.TextField(gettext_lazy("log"), blank=True)
    created_at = models.DateTimeField(gettext_lazy("made"), auto_now_add=True)
    started_at = models.DateTimeField(gettext_lazy("started"), null=True)
    finished_at = models.DateTimeField(gettext_lazy("finished"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("job")
        verbose_name_plural = gettext_lazy("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "kind", "subject_id"],
                condition=models.Q(state="waiting"),
                name="one_waiting_job_per_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-priority", "due_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="unfinished_jobs",
            ),
            models.Index(fields=["studio", "subject_id", "-created_at"], name="jobs_of_subject"),
            models.Index(fields=["studio", "-created_at", "-id"], name="jobs_newest_first"),
            models.Index(fields=["studio", "kind", "-claimed_at"], name="jobs_last_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"

    @classmethod
    def enqueue(
        cls, kind: str, subject: models.Model, *, priority: int = 0, by: Any = None, most_tries: int = 8
    ) -> "Job":
        """Ask for work of ``kind`` on ``subject`` and wake a worker on commit.

        A job of the kind that still waits serves this wish too and is returned; one that already runs does not,
        since it may have read the old state.
        """
        wish = cls(
            kind=kind,
            subject_noun=subject._meta.label_lower,
            subject_id=subject.pk,
            priority=priority,
            most_tries=most_tries,
        )
        waiting = cls.objects.filter(kind=kind, subject_id=subject.pk, state=State.WAITING)
        job = None
        while job is None:  # a worker may claim the waiting one between the insert and the look
            Job.objects.bulk_create([wish], ignore_conflicts=True)
            job = waiting.select_for_update().first()
        if job.pk == wish.pk:
            Move.record(job, "", State.WAITING, by=by)
        else:
            waiting.update(priority=max(priority, job.priority), due_at=Least("due_at", Now()))
        wake(kind)
        return job

    @classmethod
    def claimed(cls, kind: str, *, able: str = "") -> Iterator["Job"]:
        """Claim the best due job of ``kind``, and the next, until none is due.

        Best is: highest priority, then the studio with the fewest jobs in hand, then the one that was served longest
        ago, then the longest due. Jobs that need something else than ``able`` are left to workers that have it, as
        long as there are any.
        """
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT studio_id, id FROM octavo_claim_job("
                    "%s, make_interval(secs => %s), %s, %s, make_interval(secs => %s))",
                    [kind, settings.JOB_LEASE_S, _this_worker(), able, WORKER_GONE_AFTER_S],
                )
                row = cursor.fetchone()
            if row is None:
                return
            with scope(row[0], door="worker"):
                job = cls.objects.get(pk=row[1])
            yield job

    def scope(self) -> AbstractContextManager[None]:
        """A short scope of the job's studio."""
        return scope(self.studio_id, door="worker")

    def subject(self, model: type[Subject]) -> Subject:
        """The row that this job is about. Raises ``model.DoesNotExist`` when it was deleted meanwhile."""
        if model._meta.label_lower != self.subject_noun:
            raise TypeError(f"This job is about a {self.subject_noun}, not a {model._meta.label_lower}.")
        with self.scope():
            return model._base_manager.get(pk=self.subject_id)

    def write(self, **columns: Any) -> None:
        """Write ``columns`` as the holder of the lease. Raises LeaseLost. Opens its own scope."""
        with self.scope():
            self.hold()
            Job.objects.filter(pk=self.pk).update(**columns)

    def hold(self) -> None:
        """Lock the row inside the current scope and make sure that the lease is still ours. Raises LeaseLost.

        What is written in the rest of the transaction is written by the holder, or not at all. In a studio that was
        suspended meanwhile nobody holds anything: when it is resumed, the job is claimed anew.
        """
        at_work = Studio.objects.exclude(state=Studio.State.SUSPENDED)
        ours = Job.objects.filter(pk=self.pk, token=self.token, state=State.RUNNING, studio__in=at_work)
        if not ours.select_for_update().exists():
            raise LeaseLost(_("Another worker has this job now, or it was cancelled."))

    def hand_back(self) -> None:
        """Let go of it between two parts of the work; it goes on with whoever's turn it is. Raises LeaseLost.

        How far it is stands in ``step`` and ``progress_permille``. It stays running for people, so that there is no
        Move; tries count anew, since there was progress. The new token keeps a late heartbeat of ours from taking it
        back.
        """
        with self.scope():
            self.hold()
            reached = {"step": self.step, "progress_permille": self.progress_permille}
            Job.objects.filter(pk=self.pk).update(token=models.F("token") + 1, tries=0, lease_until=None, **reached)

    def hurry(self, *, by: Any) -> "Job":
        """Do this first: it overtakes all that is not urgent, as soon as a worker has finished what it has in hand."""
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=self.pk)
            if job.state not in UNFINISHED:
                raise MovedOn(_("This work is over already."))
            Job.objects.filter(pk=self.pk).update(priority=URGENT)
            Move.record(job, job.state, job.state, by=by, why=_("do this first"))
            wake(self.kind)
        self.priority = URGENT
        return self

    def cancel(self, *, by: Any) -> "Job":
        """Stop it: a waiting job never starts; a running one ends at its next heartbeat. What it left is swept."""
        self.move(UNFINISHED, State.CANCELLED, by=by, finished_at=timezone.now(), lease_until=None)
        wake(self.kind)
        return self

    def retry(self, *, by: Any) -> "Job":
        """Ask for the same work again, from the start."""
        job, is_new = Job.objects.get_or_create(
            kind=self.kind,
            subject_id=self.subject_id,
            state=State.WAITING,
            defaults={"subject_noun": self.subject_noun, "priority": self.priority},
        )
        if is_new:
            Move.record(job, "", State.WAITING, by=by)
        wake(self.kind)
        return job

    def wished_by(self) -> Any:
        """The person who last asked for work on its subject: machines ask for the next step of what a person began."""
        jobs = Job.objects.filter(subject_id=self.subject_id, id__lte=self.pk)
        asked = Move.objects.filter(noun=self._meta.label_lower, row_id__in=jobs.values("pk"), to_state=State.WAITING)
        newest = asked.exclude(person=None).select_related("person").order_by("-id").first()
        return newest.person if newest else None

    def progress_percent(self) -> int:
        return self.progress_permille // 10


class WorkerSeen(models.Model):
    """When a worker process of a pool last said that it lives; not a studio's row."""

    name = models.CharField(primary_key=True, max_length=120)
    pool = models.CharField(max_length=16)
    able = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def say(cls, pool: str, *, able: str = "") -> None:
        """Note that this process is alive, takes work of ``pool``, and is ``able`` to go on with what needs that."""
        cls.objects.update_or_create(
            name=f"{pool}@{_this_worker()}", defaults={"pool": pool, "able": able, "seen_at": Now()}
        )

    @classmethod
    def pools_alive(cls, *, within_s: float) -> set[str]:
        """The pools of which a worker was seen within the last ``within_s`` seconds."""
        since = Now() - timedelta(seconds=within_s)
        return set(cls.objects.filter(seen_at__gte=since).values_list("pool", flat=True))


def due_kinds() -> list[str]:
    """Give up jobs whose workers died too often and return the kinds that have due work, over all studios."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT octavo_sweep_jobs(%s)", [_worn_out_sentence()])
        return [row[0] for row in cursor.fetchall()]


def _worn_out_sentence() -> str:
    return _("The worker stopped in the middle of this every time it was tried. Retry it, or tell the operator.")


def _this_worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
