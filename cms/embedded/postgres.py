"""The embedded PostgreSQL: a foreground child on a unix socket, which never outlives whoever started it."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from cms.embedded import cluster, home, identity, locks, programs
from cms.embedded.home import CannotStart, Unusable
from cms.embedded.logs import log_file, open_log
from titles.jobs.children import dying_with

_ANSWERS_WITHIN_S = 120.0  # after a crash it first replays up to max_wal_size
_STOPS_WITHIN_S = 30.0

# One desk on one machine: little memory, little write-ahead log, no replication.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "huge_pages": "off",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# A cluster that is thrown away afterwards need not survive a power cut.
_UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NoAnswer(CannotStart):
    """Somebody holds the database, and it takes no connections."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"The database in {place} is held by another process and does not answer: stop the Octavo that "
            "uses this OCTAVO_HOME, then start again."
        )


class Server:
    """The PostgreSQL of one home.

    Whoever starts it holds a lock on ``run/database.lock``, which the server's processes inherit and keep for
    as long as one of them lives. So a free lock proves that no process of this database is left, in whatever
    container and whatever a stale pid file says; and of two that start at once, one waits for the other.
    """

    def __init__(
        self, place: Path | None = None, *, durable: bool = True, runs_as: identity.Ourselves | None = None
    ) -> None:
        self.home = place or home.folder()
        self.durable = durable
        self.programs = programs.find()
        self.identity = runs_as or identity.fitting(self.home)
        self.process: subprocess.Popen[bytes] | None = None
        self._die_with_us = dying_with(os.getpid(), signal.SIGINT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_ours(self) -> bool:
        """Whether this object started the server, rather than found it running."""
        return self.process is not None

    def is_alive(self) -> bool:
        return self.process.poll() is None if self.process else answers(self.home)

    def start(self) -> None:
        """Make sure that a server of this home answers: one that runs already, or one of our own.

        Raises CannotStart with one sentence. Only the main thread may call it: the server lives as long as
        the thread that started it.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("Start servers from the main thread: they die with the thread that starts them.")
        self.process = None
        patience = time.monotonic() + _ANSWERS_WITHIN_S
        while not answers(self.home):
            with _lock(self.home) as handle:
                if handle is not None:
                    self._launch(handle)
                    return
            if time.monotonic() > patience:
                raise NoAnswer(self.home)
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop a server of our own: at once for its clients, cleanly for its data."""
        if self.process is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOPS_WITHIN_S)
                break
        self.process = None

    def _launch(self, lock: int) -> None:
        self.identity.settle(self.home, self.programs)
        data = Path(os.path.realpath(identity.data_link(self.home)))
        socket_folder = Path(os.path.realpath(home.socket_folder(self.home)))
        if not (data / "PG_VERSION").exists():
            cluster.make(data, self.programs, self.identity, durable=self.durable)
        cluster.refuse_other_major(data, self.programs)
        _disown_pid_files(data / "postmaster.pid", socket_folder / f".s.PGSQL.{home.PORT}.lock")
        with open_log("database", self.home) as log:
            self.process = process = subprocess.Popen(
                self._command(data, socket_folder),
                preexec_fn=self._leave_the_family,
                pass_fds=(lock,),
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            begins_at = log.tell()
        try:
            self._wait_until_ready(process, data, begins_at)
            cluster.admit(self.home)
        except psycopg.OperationalError as reason:
            self.stop()
            raise cluster.refusal(self.home, str(reason)) from reason
        except BaseException:
            self.stop()
            raise

    def _command(self, data: Path, socket_folder: Path) -> list[str]:
        wishes = _SETTINGS | {"unix_socket_directories": str(socket_folder)}
        if not self.durable:
            wishes |= _UNSAFE_SETTINGS
        if self.programs.major >= 18:
            wishes["io_method"] = "sync"  # no extra processes for so little reading
        settings = [f"--{name}={value}" for name, value in wishes.items()]
        return [self.programs.path("postgres"), "-D", str(data), "-p", home.PORT, *settings]

    def _leave_the_family(self) -> None:
        """In the child: out of reach of a terminal's Ctrl-C, not root, and shut down when we are gone."""
        os.setpgrp()
        self.identity.become()
        self._die_with_us()

    def _wait_until_ready(self, process: subprocess.Popen[bytes], data: Path, log_begins_at: int) -> None:
        patience = time.monotonic() + _ANSWERS_WITHIN_S
        while not _is_ready(data, process.pid):
            if process.poll() is not None:
                with open(log_file("database", self.home), errors="replace") as log:
                    log.seek(log_begins_at)
                    raise cluster.refusal(self.home, log.read())
            if time.monotonic() > patience:
                raise NoAnswer(self.home)
            time.sleep(0.01)


@contextlib.contextmanager
def borrowed() -> Iterator[None]:
    """A running database for the length of one command.

    Where this command is the one that started it, it goes on until all that joined meanwhile have ended too.
    """
    with joined(home.folder()) as register, Server() as server:
        yield
        if server.is_ours and not locks.is_free(register):
            print(
                "Another Octavo command still uses the database that this one started; waiting for it to end.",
                file=sys.stderr,
            )
            fcntl.flock(register, fcntl.LOCK_EX)


def joined(place: Path) -> contextlib.AbstractContextManager[int]:
    """Be among those for whom a command that started the server keeps it running."""
    return locks.shared(_made("database.users", place))


def answers(place: Path) -> bool:
    """Whether a server of this home takes connections now."""
    address = make_conninfo(
        host=str(home.socket_folder(place)),
        port=home.PORT,
        user=cluster.SUPERUSER,
        dbname=cluster.SUPERUSER,
        connect_timeout=5,
    )
    return pq.PGconn.ping(address.encode()) == pq.Ping.OK


def _is_ready(data: Path, pid: int) -> bool:
    """Whether the server ``pid`` says in its pid file that it takes connections: line 8, as for pg_ctl."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(pid)] and lines[7:8] == ["ready   "]


def _lock(place: Path) -> contextlib.AbstractContextManager[int | None]:
    """The handle of this home's database lock, or None while a server has it, or somebody who starts one."""
    return locks.tried(_made("database.lock", place))


def _made(name: str, place: Path) -> Path:
    file = home.writable("run", place) / name
    try:
        file.touch(mode=0o600)
    except OSError as reason:
        raise Unusable(place, reason.strerror) from reason
    return file


def _disown_pid_files(*files: Path) -> None:
    """Put our own number into pid files that a dead server left behind.

    The number in them may by now be a zombie's, or a stranger's after a container started anew, and then
    PostgreSQL would refuse to start. Its parent's number it takes for stale; and unlike after a removal of
    the file, it still looks for memory that an unseen process might share.
    """
    for file in files:
        if file.exists():
            _old_number, *rest = file.read_text().split("\n")
            file.write_text("\n".join([str(os.getpid()), *rest]))
