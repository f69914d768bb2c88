"""Runs ffmpeg, ffprobe and the packager as if what they read were out to harm us.

A run sees an empty environment, one writable folder and the file on its standard input. It has no network
where the kernel allows that, it may use only so much time, memory and disk, and it never outlives the process
that started it.
"""

import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from titles.jobs.children import dying_with
from titles.media import walls
from titles.media.walls import Isolation

MAX_PIXELS = 9_000_000  # 2160x3840 has 8.3 million; a half-megabyte bomb of 8192x8192 costs 674 MB to open
MAX_STREAMS = 32

_GLANCE_S = 0.25
_GRACE_S = 1.0
_LINE_BYTES = 65_536
_CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Limits:
    """What one run may use. ``output_bytes`` holds for each file that it writes."""

    cpu_s: int = 600
    wall_s: float = 900
    memory_bytes: int = 4 * 1024**3
    output_bytes: int = 4 * 1024**3
    open_files: int = 256
    niceness: int = 10
    stdout_bytes: int = 8 * 1024**2
    stderr_bytes: int = 16 * 1024


@dataclass(frozen=True)
class Finished:
    """A run that came to its own end."""

    exit_code: int
    """Negative: the signal that ended it."""
    stdout: bytes
    """The first part, up to the limit."""
    stderr_tail: str
    cpu_s: float
    wall_s: float
    memory_peak_bytes: int
    """Resident; never less than this process had when it forked, which is how the kernel counts."""


class Stopped(Exception):
    """A run was ended by us or by one of its limits; nothing that it wrote may be used."""


class Cancelled(Stopped):
    """Somebody asked for it."""


class TookTooLong(Stopped):
    """It used up its seconds, of the wall or of the processor."""


class WroteTooMuch(Stopped):
    """A file that it wrote grew beyond the limit."""


def hostile_input(container: str, *, by_descriptor: bool) -> list[str]:
    """Return the arguments by which ffmpeg or ffprobe reads an upload from its standard input, and only that.

    ``container`` is what sniffing found ("mov", or "wav" for a sound). The demuxer is forced, so that no playlist or
    script inside is ever followed; with ``by_descriptor`` (binaries.Capabilities.reads_descriptors) there is
    not even a path to start from.
    """
    source = ["-protocol_whitelist", "fd", "-fd", "0", "-i", "fd:"]
    if not by_descriptor:
        source = ["-protocol_whitelist", "file", "-i", "file:/dev/fd/0"]
    caps = ["-max_pixels", f"{MAX_PIXELS}", "-max_streams", f"{MAX_STREAMS}"]
    return [*caps, "-format_whitelist", container, "-f", container, *source]


def run(
    argv: Sequence[str | Path],
    *,
    work_folder: Path,
    limits: Limits = Limits(),
    isolation: Isolation = Isolation.AUTO,
    stdin: BinaryIO | None = None,
    on_line: Callable[[str], None] | None = None,
    on_log_line: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Finished:
    """Run ``argv`` in ``work_folder`` and wait for its end.

    ``on_line`` gets each line of stdout, ``on_log_line`` each of stderr, as they come; ``cancelled`` is asked
    at once and then about four times a second. Whatever ends the wait (an exception of these three included),
    the whole process group is gone when this returns; it also ends when the calling thread or process dies.
    Raises Cancelled, TookTooLong, WroteTooMuch, NoWalls.
    """
    started = ask_again_at = time.monotonic()
    command = [os.fspath(part) for part in argv]
    program = Path(command[0])
    with walls.around(program, work_folder, isolation, stdin=stdin) as inside:
        process = subprocess.Popen(
            [*inside.prefix, *command],
            cwd=work_folder,
            env={},
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_before_exec(limits, inside.enter),
        )
    child = _Child(
        process,
        _Output(cast(IO[bytes], process.stdout), _first(limits.stdout_bytes), on_line),
        _Output(cast(IO[bytes], process.stderr), _last(limits.stderr_bytes), on_log_line),
    )
    try:
        while not child.has_ended:
            child.attend()
            now = time.monotonic()
            if now - started > limits.wall_s:
                raise TookTooLong(f"{program.name} was stopped after {limits.wall_s:g} s.")
            if cancelled is not None and now >= ask_again_at:
                ask_again_at = now + _GLANCE_S
                if cancelled():
                    raise Cancelled(f"{program.name} was cancelled.")
    finally:
        child.put_down()
    finished = child.account(wall_s=time.monotonic() - started, through_bubblewrap=bool(inside.prefix))
    if finished.exit_code == -signal.SIGXCPU:
        raise TookTooLong(f"{program.name} was stopped after {limits.cpu_s} s of processor time.")
    if finished.exit_code == -signal.SIGXFSZ:
        raise WroteTooMuch(f"{program.name} was stopped: a file grew beyond {limits.output_bytes} bytes.")
    return finished


# What is kept of an output: the head of results, the tail of complaints.


def _first(cap_bytes: int) -> Callable[[bytearray, bytes], None]:
    def keep(kept: bytearray, chunk: bytes) -> None:
        kept += chunk[: cap_bytes - len(kept)]

    return keep


def _last(cap_bytes: int) -> Callable[[bytearray, bytes], None]:
    def keep(kept: bytearray, chunk: bytes) -> None:
        kept += chunk
        del kept[:-cap_bytes]

    return keep


class _Output:
    """One pipe from the child: a part is kept, and each line is handed over as it comes."""

    def __init__(
        self,
        stream: IO[bytes],
        keep: Callable[[bytearray, bytes], None],
        on_line: Callable[[str], None] | None,
    ) -> None:
        self.stream = stream
        self.on_line = on_line
        self.kept = bytearray()
        self._keep = keep
        self._line = bytearray()

    def read(self) -> bool:
        """Take what is there; return False at the end of the stream."""
        chunk = os.read(self.stream.fileno(), _CHUNK_BYTES)
        self._keep(self.kept, chunk)
        if self.on_line is not None:
            for line in self._lines(chunk):
                self.on_line(line.decode(errors="replace").rstrip("\r"))
        return bool(chunk)

    def _lines(self, chunk: bytes) -> list[bytearray]:
        """Return the lines that ``chunk`` completes; an endless one is cut, the last needs no line end."""
        *whole, rest = (self._line + chunk).split(b"\n")
        if rest and (not chunk or len(rest) > _LINE_BYTES):
            whole, rest = [*whole, rest], bytearray()
        self._line = rest
        return whole


class _Child:
    """A running process group and what it says."""

    def __init__(self, process: subprocess.Popen[bytes], stdout: _Output, stderr: _Output) -> None:
        self._process = process
        self._stdout = stdout
        self._stderr = stderr
        self._usage: resource.struct_rusage | None = None
        self._open = selectors.DefaultSelector()
        for output in (stdout, stderr):
            self._open.register(output.stream, selectors.EVENT_READ, output)

    @property
    def has_ended(self) -> bool:
        """Whether the process was reaped and nobody else holds its pipes."""
        return self._usage is not None and not self._open.get_map()

    def attend(self) -> None:
        """Wait a moment for something to be said, or for the end."""
        if self._open.get_map():
            for key, _ in self._open.select(_GLANCE_S):
                if not key.data.read():
                    self._open.unregister(key.fileobj)
        elif not self._reap():
            time.sleep(0.005)

    def _reap(self) -> bool:
        """Collect the exit code and what was used; Popen is told, so that it never waits for a stranger."""
        if self._usage is None:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                self._usage = usage
                self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._usage is not None

    def put_down(self) -> None:
        """End the whole group, politely and then for good, and let go of the pipes."""
        self._stdout.on_line = self._stderr.on_line = None
        for order in (signal.SIGTERM, signal.SIGKILL):
            if not self.has_ended:
                self._order(order)
        self._open.close()
        self._stdout.stream.close()
        self._stderr.stream.close()

    def _order(self, order: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, order)
        patience_ends = time.monotonic() + _GRACE_S
        while not self.has_ended and time.monotonic() < patience_ends:
            self.attend()

    def account(self, *, wall_s: float, through_bubblewrap: bool) -> Finished:
        """Say how a process that has ended did."""
        usage = cast(resource.struct_rusage, self._usage)
        code = self._process.returncode
        return Finished(
            exit_code=_signal_of(code) if through_bubblewrap else code,
            stdout=bytes(self._stdout.kept),
            stderr_tail=self._stderr.kept.decode(errors="replace"),
            cpu_s=usage.ru_utime + usage.ru_stime,
            wall_s=wall_s,
            memory_peak_bytes=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        )


def _signal_of(code: int) -> int:
    """Undo bubblewrap's 128 + signal for what a limit or a crash sends (ffmpeg has own codes there)."""
    fatal = {signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV, signal.SIGXCPU, signal.SIGXFSZ}
    return 128 - code if code - 128 in fatal else code


def _before_exec(limits: Limits, enter_walls: Callable[[], None]) -> Callable[[], None]:
    """Return what the child does between fork and exec.

    Other threads of ours may hold any lock at that moment, so it only makes system calls, with everything
    that they need computed here. The parent-death signal comes last: leaving the network clears it.
    """
    ceilings = _ceilings(limits)
    die_with_us = dying_with(os.getpid(), signal.SIGKILL)

    def before_exec() -> None:
        for what, bounds in ceilings:
            resource.setrlimit(what, bounds)
        os.nice(limits.niceness)
        enter_walls()
        die_with_us()

    return before_exec


def _ceilings(limits: Limits) -> list[tuple[int, tuple[int, int]]]:
    """Pair each resource with its soft and hard bound; a bound of our own that is lower already stays."""
    wanted = {
        resource.RLIMIT_CPU: (limits.cpu_s, limits.cpu_s + 2),
        resource.RLIMIT_AS: (limits.memory_bytes, limits.memory_bytes),
        resource.RLIMIT_FSIZE: (limits.output_bytes, limits.output_bytes),
        resource.RLIMIT_NOFILE: (limits.open_files, limits.open_files),
        resource.RLIMIT_CORE: (0, 0),
    }
    return [(what, _below(resource.getrlimit(what)[1], bounds)) for what, bounds in wanted.items()]


def _below(ours: int, bounds: tuple[int, int]) -> tuple[int, int]:
    if ours == resource.RLIM_INFINITY:
        return bounds
    return min(ours, bounds[0]), min(ours, bounds[1])
