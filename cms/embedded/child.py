"""One part of Octavo as a process: started, listened to, asked to end, and started again when it dies."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cms.embedded.home import CHECKOUT
from cms.embedded.logs import Log
from titles.jobs.children import dying_with

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_STEADY_AFTER_S = 30.0
_CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Part:
    """What to run under which name, with which open ``handles``, such as a listening socket, and how nicely."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    handles: tuple[int, ...] = ()
    niceness: int = 0


class Child:
    """The process that plays a part now, and when to start the next one."""

    def __init__(self, part: Part, place: Path) -> None:
        self.part = part
        self.due_at_s = 0.0
        self._log = Log(part.name, place)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at_s = 0.0
        self._deaths = 0
        self._unfinished_line = b""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, now_s: float) -> int:
        """Start the process and return the handle that its output comes from. Main thread only.

        It leads a process group of its own, so that a terminal's Ctrl-C reaches us alone; and it is killed when we
        are: nobody would be left to see that it ends.
        """
        die_with_us = dying_with(os.getpid(), signal.SIGKILL)

        def before_exec() -> None:
            os.setpgrp()
            os.nice(self.part.niceness)
            die_with_us()

        self._process = subprocess.Popen(
            self.part.command,
            preexec_fn=before_exec,
            pass_fds=self.part.handles,
            cwd=CHECKOUT,
            env={**os.environ, **self.part.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._started_at_s = now_s
        os.set_blocking(self.output, False)
        return self.output

    @property
    def output(self) -> int:
        """The handle that its output comes from."""
        if self._process is None or self._process.stdout is None:
            raise LookupError(f"{self.part.name} does not run.")
        return self._process.stdout.fileno()

    def lines(self) -> list[str] | None:
        """What it has said since the last call, in whole lines, which are in its log now; None when it is mute."""
        try:
            said = os.read(self.output, _CHUNK_BYTES)
        except BlockingIOError:
            return []
        if not said:
            return None
        *whole, self._unfinished_line = (self._unfinished_line + said).split(b"\n")
        for line in whole:
            self._log.write(line)
        return [line.decode(errors="replace") for line in whole]

    def has_ended(self) -> bool:
        """Whether the process is dead and not buried yet."""
        if self._process is None:
            return False
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def bury(self, now_s: float) -> str:
        """Take note of its death, kill what it left in its group, and say how it ended and when the next starts."""
        if self._process is None:
            raise LookupError(f"{self.part.name} does not run.")
        self.signal_group(signal.SIGKILL)
        code = self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        if self._unfinished_line:
            self._log.write(self._unfinished_line)
        self._process, self._unfinished_line = None, b""
        self._deaths = 0 if now_s - self._started_at_s > _STEADY_AFTER_S else self._deaths + 1
        pause_s = min(_FIRST_PAUSE_S * 2 ** max(self._deaths - 1, 0), _LONGEST_PAUSE_S)
        self.due_at_s = now_s + pause_s
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"{self.part.name} {how}; starting it again in {pause_s:g} s"

    def ask_to_end(self) -> None:
        """Ask the process itself, not its children: it knows how to let them finish."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def signal_group(self, which: signal.Signals) -> None:
        """Signal the process and all that it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, which)
