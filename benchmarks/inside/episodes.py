"""Episodes to be transcoded, workers that do it, and whether everything is right afterwards."""

import ctypes
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

from benchmarks.costs import descendants
from studios.keys import new_id
from studios.models import Studio
from studios.scope import scope
from titles.catalog.models import Episode, Series
from titles.jobs.children import dying_with
from titles.jobs.models import Job
from titles.media.binaries import locate
from titles.media.models import Chunk, Master, Package, Stream
from titles.media.receiving import receive

#: Short enough that a killed worker's job is soon taken over.
_TIMES = {"OCTAVO_JOB_LEASE_S": "3", "OCTAVO_JOB_HEARTBEAT_S": "0.5", "OCTAVO_JOB_RETRY_FIRST_S": "0.5"}
_PATIENCE_S = 1_800
_PR_SET_CHILD_SUBREAPER = 36


class NotRight(AssertionError):
    """Something was lost, doubled or half-made."""


@dataclass(frozen=True)
class Work:
    """An episode with an accepted master, and the job that transcodes it."""

    studio_id: UUID
    cut_id: UUID
    master_id: UUID

    def job(self) -> Job:
        with scope(self.studio_id):
            return Job.objects.filter(kind="transcode", subject_id=self.master_id).newest_first()[0]

    def packages(self) -> list[tuple[int, tuple[str, ...]]]:
        """The frames and the streams' digests of each package."""
        with scope(self.studio_id):
            return [
                (package.frame_count, tuple(sorted(package.renditions.values_list("stream__digest", flat=True))))
                for package in Package.objects.filter(cut=self.cut_id)
            ]

    def chunks(self) -> int:
        with scope(self.studio_id):
            return Chunk.objects.filter(subject_id=self.master_id).count()


def new_studio(name: str) -> Studio:
    identity = new_id()
    with scope(identity):
        return Studio.objects.create(id=identity, name=name, slug=name.lower())


def made_ready(studio: Studio, film: Path, slug: str) -> Work:
    """A new episode whose accepted master is ``film``, waiting to be transcoded."""
    with scope(studio):
        series = Series.objects.create(slug=slug, title_en=slug, original_language="en")
        cut = Episode.objects.create(series=series, number=1).default_cut()
    with film.open("rb") as content:
        master = receive(content, cut=cut, name=film.name, by=None)
    with scope(studio):
        Job.objects.about(master).delete()
        Master.objects.filter(pk=master.pk).update(state=Master.State.ACCEPTED)
        Job.enqueue("transcode", master)
    return Work(studio.pk, cut.pk, master.pk)


def tiny_film(folder: Path) -> Path:
    """Twenty-six seconds of five small frames each, in three chunks: seconds of work, and all that long work has."""
    film = folder / "tiny.mp4"
    command = [
        *(locate("ffmpeg"), "-v", "error", "-nostdin", "-y"),
        *("-f", "lavfi", "-i", "testsrc2=size=144x256:rate=5", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "26"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", film),
    ]
    subprocess.run(command, check=True)
    return film


# Workers


def adopt_orphans() -> None:
    """What a killed worker leaves becomes our child, so that its processor time is counted here."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start_worker(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    database = settings.DATABASES["default"]
    login = f"{database['USER']}@/{connection.settings_dict['NAME']}?host={database['HOST']}"
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.inside.worker", *arguments],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            **_TIMES,
            "OCTAVO_BOOTSTRAP": "off",
            "OCTAVO_HOME": str(settings.HOME),
            "DJANGO_SETTINGS_MODULE": "cms.settings",
            "DATABASE_URL": f"postgresql://{login}",
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=(settings.HOME / "worker.log").open("ab"),
        preexec_fn=dying_with(os.getpid()),
    )


def kill(worker: subprocess.Popen[bytes]) -> None:
    """End it as a power cut would, and wait until all that it started is gone. Raises NotRight if something stays."""
    started = descendants(worker.pid)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_until(lambda: not any(_lives(pid) for pid in started), within_s=20)


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def reap_orphans() -> None:
    """Collect what was adopted and has ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@contextmanager
def working(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    worker = start_worker(*arguments, **environment)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            kill(worker)


def wait_until(found: Callable[[], object], *, within_s: float = _PATIENCE_S) -> None:
    ends_at_s = time.monotonic() + within_s
    while not found():
        if time.monotonic() > ends_at_s:
            raise NotRight("it took too long")
        time.sleep(0.02)


def finish(*works: Work) -> None:
    """Let a worker do what is left."""
    with working():
        wait_until(lambda: all(is_over(work) for work in works))


def is_over(work: Work) -> bool:
    job = work.job()
    if job.state in (Job.State.FAILED, Job.State.CANCELLED):
        raise NotRight(f"the job {job.state}: {job.error}")
    return job.state == Job.State.DONE


# Afterwards


def refuse_wrong(works: Sequence[Work], expected: tuple[int, tuple[str, ...]] | None = None) -> None:
    """Raise NotRight unless each has exactly one package, the same in all, with whole files, and nothing lies about."""
    for work in works:
        made = work.packages()
        if len(made) != 1 or (expected and made != [expected]):
            raise NotRight(f"{len(made)} packages: {made}")
        if work.chunks():
            raise NotRight("chunks are left")
    _refuse_half_made({work.studio_id for work in works})


def _refuse_half_made(studios: set[UUID]) -> None:
    store = Path(storages["packages"].path(""))
    for studio_id in studios:
        with scope(studio_id):
            streams = list(Stream.objects.all())
        for stream in streams:
            content = (store / stream.folder() / "stream.mp4").read_bytes()
            if hashlib.sha256(content).hexdigest() != stream.digest:
                raise NotRight(f"{stream} has other bytes")
    left = [path for path in (*store.rglob(".*"), *_files(Path(storages["scratch"].path("")))) if path.is_file()]
    if left:
        raise NotRight(f"left behind: {left}")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
