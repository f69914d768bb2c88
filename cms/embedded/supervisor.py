"""Keeping the parts of Octavo running in the foreground: output, restarts, one Ctrl-C, and nobody left behind.

Everything happens in the main thread: a child's life is tied to the thread that started it.
"""

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from cms.embedded.child import Child, Part
from cms.embedded.home import CannotStart
from cms.embedded.postgres import Server

_OURSELVES = "octavo"
_LOOKS_EVERY_S = 1.0
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """Runs ``parts`` until a signal asks it to end. ``drain_s`` is how long work in hand may take to finish then.

    A ``database`` is looked after too: when it dies, it is started again before anything else.
    """

    def __init__(self, parts: Sequence[Part], *, place: Path, drain_s: float, database: Server | None = None) -> None:
        self._children = [Child(part, place) for part in parts]
        self._database = database
        self._database_seen_at_s = 0.0
        self._drain_s = drain_s
        self._width = max(len(name) for name in (_OURSELVES, *(part.name for part in parts)))
        self._requests_to_end = 0
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Run until SIGTERM, SIGINT or SIGHUP; then drain. A second signal ends everything at once."""
        with self._listening_to_signals():
            try:
                while not self._requests_to_end:
                    self._keep_database()
                    self._start_what_is_due()
                    self._pass_output_on()
                    self._bury_the_dead()
            finally:
                self._drain()

    def _keep_database(self) -> None:
        now_s = time.monotonic()
        if self._database is None or now_s - self._database_seen_at_s < _LOOKS_EVERY_S:
            return
        self._database_seen_at_s = now_s
        if self._database.is_alive():
            return
        self.say(_OURSELVES, "the database has gone; starting it again")
        try:
            self._database.start()
        except CannotStart as reason:
            self.say(_OURSELVES, str(reason))

    def _start_what_is_due(self) -> None:
        now_s = time.monotonic()
        for child in self._children:
            if child.pid is None and child.due_at_s <= now_s:
                self._selector.register(child.start(now_s), selectors.EVENT_READ, child)

    def _pass_output_on(self) -> None:
        """Wait for output, a signal or a death, and print what was said."""
        now_s = time.monotonic()
        due_in_s = [max(child.due_at_s - now_s, 0.0) for child in self._children if child.pid is None]
        for key, _events in self._selector.select(min([_LOOKS_EVERY_S, *due_in_s])):
            if isinstance(key.data, Child):
                self._print_lines_of(key.data)
            else:
                os.read(key.fd, 4096)

    def _print_lines_of(self, child: Child) -> bool:
        """Whether there were any."""
        lines = child.lines()
        if lines is None:
            self._selector.unregister(child.output)
        for line in lines or ():
            self.say(child.part.name, line)
        return bool(lines)

    def _bury_the_dead(self) -> None:
        for child in self._children:
            if child.has_ended():
                self._bury(child)
        self._bury_strangers()

    def _bury(self, child: Child) -> None:
        with contextlib.suppress(KeyError):
            self._selector.get_key(child.output)
            while self._print_lines_of(child):
                pass
            self._selector.unregister(child.output)
        epitaph = child.bury(time.monotonic())
        if not self._requests_to_end:
            self.say(_OURSELVES, epitaph)

    def _bury_strangers(self) -> None:
        """Where we are the first process of a container, orphans of others come to us, and we let them go."""
        ours = {child.pid for child in self._children}
        if self._database is not None and self._database.process is not None:
            ours.add(self._database.process.pid)
        with contextlib.suppress(ChildProcessError):
            while dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if dead.si_pid in ours:
                    return
                os.waitpid(dead.si_pid, 0)

    def _drain(self) -> None:
        running = [child for child in self._children if child.pid is not None]
        for child in running:
            child.ask_to_end()
        ends_at_s = time.monotonic() + self._drain_s
        while any(child.pid for child in running) and time.monotonic() < ends_at_s and self._requests_to_end < 2:
            self._pass_output_on()
            self._bury_the_dead()
        for child in running:
            if child.pid is not None:
                child.signal_group(signal.SIGKILL)
                self._bury(child)

    @contextlib.contextmanager
    def _listening_to_signals(self) -> Iterator[None]:
        """Let signals and deaths interrupt the wait for output, by way of a pipe."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        self._selector.register(reader, selectors.EVENT_READ)
        former_writer = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        former = {which: signal.signal(which, self._heard) for which in (*_ENDING_SIGNALS, signal.SIGCHLD)}
        try:
            yield
        finally:
            signal.set_wakeup_fd(former_writer)
            for which, handler in former.items():
                signal.signal(which, handler)
            self._selector.close()
            os.close(reader)
            os.close(writer)

    def _heard(self, which: int, _frame: FrameType | None) -> None:
        if which in _ENDING_SIGNALS:
            self._requests_to_end += 1

    def say(self, name: str, line: str) -> None:
        """Print one line under the name of who said it; a terminal that has gone away is no reason to end."""
        with contextlib.suppress(OSError):
            print(f"{name:>{self._width}} | {line}", flush=True)
