"""Where a production is made: one folder, three programs, and an account of what each step cost."""

import errno
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

from titles.media import sandbox
from titles.media.binaries import complain_if_too_old, locate
from titles.media.sandbox import Limits
from titles.media.walls import Isolation

_FULL = os.strerror(errno.ENOSPC)
_MODEST = Limits(cpu_s=120, wall_s=600)


class GaveUp(Exception):
    """A program ended with an error; the text has its name and its last words."""


class NoSpace(Exception):
    """A program could not write on: the disk is full. With more room the same run would succeed."""


@dataclass(frozen=True)
class Programs:
    ffmpeg: Path
    ffprobe: Path
    packager: Path

    @classmethod
    def found(cls, preferred: str = "") -> Self:
        """Find them where ``preferred`` says, else where they usually are. Raises NotInstalled."""
        return cls(*(locate(name, preferred=preferred) for name in ("ffmpeg", "ffprobe", "packager")))


@dataclass(frozen=True)
class Effort:
    """What one run of a program cost."""

    step: str
    cpu_s: float
    wall_s: float


def summed(efforts: Iterable[Effort]) -> list[Effort]:
    """Add up the runs of each step, in the order in which the steps began.

    >>> summed([Effort("encode", 9.0, 5.0), Effort("package", 0.25, 0.5), Effort("package", 0.25, 0.5)])
    [Effort(step='encode', cpu_s=9.0, wall_s=5.0), Effort(step='package', cpu_s=0.5, wall_s=1.0)]
    """
    totals: dict[str, Effort] = {}
    for run in efforts:
        so_far = totals.get(run.step, Effort(run.step, 0.0, 0.0))
        totals[run.step] = Effort(run.step, so_far.cpu_s + run.cpu_s, so_far.wall_s + run.wall_s)
    return list(totals.values())


@dataclass(frozen=True)
class Workshop:
    """A folder to work in, and how programs are run there. All of it may be thrown away."""

    folder: Path
    programs: Programs
    isolation: Isolation = Isolation.AUTO
    cancelled: Callable[[], bool] | None = None
    efforts: list[Effort] = field(default_factory=list)

    def run(
        self,
        step: str,
        program: Path,
        *arguments: str,
        limits: Limits = _MODEST,
        stdin: BinaryIO | None = None,
        on_line: Callable[[str], None] | None = None,
        on_log_line: Callable[[str], None] | None = None,
    ) -> bytes:
        """Run ``program`` in the folder and return what it printed; the cost is noted under ``step``.

        Raises GaveUp unless it exits with 0, NoSpace, NotInstalled if it is too old, and what sandbox.run raises.
        """
        finished = sandbox.run(
            [program, *arguments],
            work_folder=self.folder,
            limits=limits,
            isolation=self.isolation,
            stdin=stdin,
            on_line=on_line,
            on_log_line=on_log_line,
            cancelled=self.cancelled,
        )
        self.efforts.append(Effort(step, finished.cpu_s, finished.wall_s))
        if finished.exit_code != 0:
            complain_if_too_old(program, finished.stderr_tail)
            if _FULL in finished.stderr_tail:
                raise NoSpace(f"{program.name} could not write on: the disk is full.")
            reason = GaveUp(_last_words(program.name, finished.exit_code, finished.stderr_tail))
            reason.add_note(finished.stderr_tail)  # kept with the job (titles.jobs.leasing.last_words)
            raise reason
        return finished.stdout

    @contextmanager
    def own_work(self, step: str) -> Iterator[None]:
        """Note what the block costs this thread under ``step``, beside what programs cost."""
        used_s, began_s = time.thread_time(), time.monotonic()
        try:
            yield
        finally:
            self.efforts.append(Effort(step, time.thread_time() - used_s, time.monotonic() - began_s))

    def streams_of(self, step: str, file: Path, *entries: str, counting: bool = False) -> list[dict[str, Any]]:
        """Return what ffprobe says of each stream in a file that was made here.

        With ``counting`` it reads every packet for ``nb_read_packets``. Raises as ``run`` does.
        """
        said = self.run(
            step,
            self.programs.ffprobe,
            *("-v", "error", "-of", "json", "-show_entries", f"stream={','.join(entries)}"),
            *(["-count_packets"] if counting else []),
            file.relative_to(self.folder).as_posix(),
        )
        return json.loads(said)["streams"]


def _last_words(name: str, exit_code: int, complaints: str) -> str:
    """Say who gave up and why.

    >>> _last_words("ffmpeg", 183, "noise\\nError opening input\\n")
    'ffmpeg gave up (exit code 183): Error opening input'
    """
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    return f"{name} gave up (exit code {exit_code}): {lines[-1] if lines else 'it did not say why'}"
