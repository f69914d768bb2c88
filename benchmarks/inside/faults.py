"""What befalls workers, disks, stores, clocks and brokers, at random moments: nothing lost, doubled or half-made."""

import ctypes
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from benchmarks import Figure
from benchmarks.inside.episodes import (
    NotRight,
    Work,
    finish,
    is_over,
    kill,
    made_ready,
    new_studio,
    refuse_wrong,
    start_worker,
    tiny_film,
    wait_until,
    working,
)
from cms.embedded import parts
from cms.owner import as_owner
from studios.models import Studio
from studios.scope import scope
from titles.catalog.models import Series
from titles.jobs.children import dying_with
from titles.jobs.models import Job, State

QUEUED = 500
_STOPPED_S = 8
"""Twice as long as a lease lasts. A worker may be stopped while it has a row locked, which nobody gets then."""

Case = Callable[["Trial"], None]
Expected = tuple[int, tuple[str, ...]]


class NotPossible(Exception):
    """This machine does not let us do it; the text says what."""


class Trial:
    """Episodes of one studio, and what befalls them by ``chance``."""

    def __init__(self, studio: Studio, film: Path, chance: random.Random) -> None:
        self.studio, self.film, self.chance = studio, film, chance
        self._made = 0
        reference = self.episode()
        began_s = time.monotonic()
        finish(reference)
        self.lasts_s = time.monotonic() - began_s
        (self.expected,) = reference.packages()

    def episode(self) -> Work:
        self._made += 1
        return made_ready(self.studio, self.film, f"trial-{self._made}-{self.chance.getrandbits(32):08x}")

    def moment(self) -> None:
        """Wait for a random part of the time that an undisturbed run takes."""
        time.sleep(self.chance.random() * self.lasts_s)

    def refuse_wrong(self, *works: Work) -> None:
        refuse_wrong(works, self.expected)


def measure(*, runs: int = 20, seed: int = 0) -> Iterator[Figure]:
    seed = seed or random.SystemRandom().getrandbits(32)
    settings.TRANSCODE_QUALITY = "preview"
    os.environ["OCTAVO_QUALITY"] = "preview"
    call_command("migrate", verbosity=0)
    studio = new_studio("Trials")
    with tempfile.TemporaryDirectory(prefix="octavo-faults-") as name:
        trial = Trial(studio, tiny_film(Path(name)), random.Random(seed))  # noqa: S311 - told, to be repeated
        for what, case in CASES.items():
            yield _figure(what, case, trial, runs, seed)
        yield _figure(f"{QUEUED} jobs queued, and the broker emptied", queue_and_empty_the_broker, trial, 1, seed)


def _figure(what: str, case: Case, trial: Trial, runs: int, seed: int) -> Figure:
    wrong, why = 0, ""
    for _run in range(runs):
        try:
            case(trial)
        except NotRight as reason:
            wrong, why = wrong + 1, f": {reason}"
        except NotPossible as reason:
            return Figure(f"{what}: NOT TRIED, {reason}", 0, "of 0 wrong")
    return Figure(f"{what} (seed {seed}){why}", wrong, f"of {runs} wrong", goal=0)


def kill_a_worker(trial: Trial) -> None:
    """-9, with whatever it is just doing."""
    work = trial.episode()
    worker = start_worker()
    trial.moment()
    kill(worker)
    finish(work)
    trial.refuse_wrong(work)


def kill_many_workers(trial: Trial, *, times: int = 5) -> None:
    """One episode, whose workers die one after the other."""
    work = trial.episode()
    for _time in range(times):
        worker = start_worker()
        trial.moment()
        kill(worker)
    finish(work)
    trial.refuse_wrong(work)


def give_a_job_to_two(trial: Trial) -> None:
    """The first stops for longer than its lease lasts, and wakes when another has the job, or has done it."""
    work = trial.episode()
    with working() as first:
        wait_until(lambda: work.job().state == State.RUNNING)
        trial.moment()
        first.send_signal(signal.SIGSTOP)
        with working():
            token, ends_at_s = work.job().token, time.monotonic() + _STOPPED_S
            wait_until(lambda: time.monotonic() > ends_at_s or work.job().token > token)
            time.sleep(trial.chance.random())
            first.send_signal(signal.SIGCONT)
            wait_until(lambda: is_over(work) and not work.chunks())
        time.sleep(1)
    trial.refuse_wrong(work)


def fill_the_disk(trial: Trial) -> None:
    """Where the work is done there is room for a random part of it."""
    work = trial.episode()
    with _small_disk(settings.HOME / "work", kilobytes=trial.chance.randrange(4, 48)):
        with working():
            wait_until(lambda: work.job().error)
        if "disk" not in work.job().error:
            raise NotRight(f"it said: {work.job().error}")
        if work.packages():
            raise NotRight("a package without room for it")
    finish(work)
    trial.refuse_wrong(work)


@contextmanager
def _small_disk(place: Path, *, kilobytes: int) -> Iterator[None]:
    libc = ctypes.CDLL(None, use_errno=True)
    place.mkdir(exist_ok=True)
    if libc.mount(b"none", os.fsencode(place), b"tmpfs", 0, f"size={kilobytes}k".encode()):
        raise NotPossible(f"no small disk can be mounted here ({os.strerror(ctypes.get_errno())})")
    try:
        yield
    finally:
        libc.umount2(os.fsencode(place), 2)


def take_the_store_away(trial: Trial) -> None:
    """For a worker, every store is a bucket that does not answer; then it is as before."""
    work = trial.episode()
    worker = start_worker()
    trial.moment()
    kill(worker)
    if not is_over(work):
        with working(OCTAVO_STORAGE_URL="s3://key:secret@127.0.0.1:9/octavo?tls=off"):
            wait_until(lambda: work.job().error)
    finish(work)
    trial.refuse_wrong(work)


def set_a_workers_clock_wrong(trial: Trial) -> None:
    """By an hour, ahead or behind; it dies, and the next one's is right."""
    work = trial.episode()
    worker = start_worker(trial.chance.choice(["3600", "-3600"]))
    trial.moment()
    kill(worker)
    finish(work)
    trial.refuse_wrong(work)


def set_the_databases_clock_ahead(trial: Trial) -> None:
    """By an hour, in the middle of the work: for the database, every lease ran out and every pause is over."""
    work = trial.episode()
    with working(), working():
        trial.moment()
        with scope(work.studio_id):
            hour = timedelta(hours=1)
            Job.objects.unfinished().update(lease_until=F("lease_until") - hour, due_at=F("due_at") - hour)
        wait_until(lambda: is_over(work))
        time.sleep(1)
    trial.refuse_wrong(work)


def queue_and_empty_the_broker(trial: Trial, *, jobs: int = QUEUED) -> None:
    """The messages are gone before anybody reads them; the sweep announces the rows again."""
    with scope(trial.studio):
        mark = f"{trial.chance.getrandbits(32):08x}"
        for number in range(jobs):
            Job.enqueue("relay", Series.objects.create(slug=f"{mark}-{number}", title_en=f"{number}"))
        ours = set(Job.objects.filter(kind="relay", state=State.WAITING).values_list("pk", flat=True))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pgmq.purge_queue('general'), pgmq.purge_queue('media')")
    with _playing(parts.general()), _playing(parts.beat()):
        wait_until(lambda: _states(trial.studio, ours) == {State.DONE}, within_s=600)


def _states(studio: Studio, jobs: set[object]) -> set[str]:
    with scope(studio):
        return set(Job.objects.filter(pk__in=jobs).values_list("state", flat=True))


@contextmanager
def _playing(part: parts.Part) -> Iterator[None]:
    process = subprocess.Popen(
        part.command,
        cwd=settings.BASE_DIR,
        env={**os.environ, **part.environment, "OCTAVO_JOB_SWEEP_S": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dying_with(os.getpid()),
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


CASES: dict[str, Case] = {
    "a worker killed -9 at a random moment": kill_a_worker,
    "five workers killed, one after the other": kill_many_workers,
    "two workers given the same job": give_a_job_to_two,
    "disk full in the middle of a chunk": fill_the_disk,
    "store unreachable": take_the_store_away,
    "a worker's clock moved by an hour": set_a_workers_clock_wrong,
    "the database's clock moved ahead by an hour": set_the_databases_clock_ahead,
}
