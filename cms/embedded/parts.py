"""What Octavo consists of when it runs: web, two pools of workers, and the beat."""

import errno
import os
import socket
import sys
from pathlib import Path

from cms.embedded.child import Part
from cms.embedded.home import CannotStart

NAMES = ("web", "media", "general", "beat")
GENERAL_THREADS = 4
#: The peak of a running chunk at 1080x1920 and ``publish``, as `manage.py benchmark transcode` measures it, and ours.
_BYTES_PER_TRANSCODE = 900_000_000
_BEHIND_THE_DESK = 5  # a person who waits for a page comes before any work in the background
_CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "cms.celery")
_WORKER = (*_CELERY, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")
_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "cms.settings",
    "OCTAVO_BOOTSTRAP": "off",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
}


class PortTaken(CannotStart):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use by another program: stop that one, or choose another port, "
            f"such as --port {port + 1}."
        )


class NoSuchAddress(CannotStart):
    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"Octavo cannot listen on {host} port {port} ({why}): choose another address in OCTAVO_BIND, or "
            "another --port."
        )


def listen(host: str, port: int) -> socket.socket:
    """Open the web's door. It stays open while the web is started again: visitors wait a second, not in vain.

    Raises PortTaken or NoSuchAddress.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as reason:
        if reason.errno == errno.EADDRINUSE:
            raise PortTaken(port) from reason
        why = os.strerror(reason.errno) if reason.errno and reason.errno > 0 else str(reason.strerror)
        raise NoSuchAddress(host, port, why) from reason


def address(door: socket.socket) -> str:
    """What to type to come in by this door from here."""
    host, port = door.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - somewhere in particular, to visit it
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def web(door: socket.socket) -> Part:
    serve = (sys.executable, "-m", "gunicorn", "--config", "python:cms.embedded.web")
    return Part(
        "web",
        (*serve, "--bind", f"fd://{door.fileno()}", "cms.wsgi:application"),
        environment=_ENVIRONMENT,
        handles=(door.fileno(),),
    )


def media(number: int) -> Part:
    """Transcodes and the like, one at a time: the first, second or later process of those that work side by side.

    Not one pool that forks: its children share a lock on their queue, and one that is killed while it waits there
    leaves the others deaf for ever. A process of ours that is killed is started again.
    """
    return _worker(f"media-{number}", "media", "--pool", "solo")


def general() -> Part:
    """Everything that waits more than it works: one process, some threads."""
    return _worker("general", "general", "--pool", "threads", "--concurrency", str(GENERAL_THREADS))


def _worker(name: str, queue: str, *pool: str) -> Part:
    command = (*_WORKER, "--queues", queue, "--hostname", f"{name}@%h", *pool)
    return Part(name, command, environment=_ENVIRONMENT, niceness=_BEHIND_THE_DESK)


def beat() -> Part:
    """The clock. Its schedule is in the code and its intervals are short, so it need not remember anything."""
    return Part(
        "beat",
        (*_CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--loglevel", "WARNING"),
        environment=_ENVIRONMENT,
        niceness=_BEHIND_THE_DESK,
    )


def media_slots(cores: int, free_bytes: int) -> int:
    """How many transcodes fit side by side, by cores and by memory; there is always room for one.

    >>> media_slots(cores=2, free_bytes=8_000_000_000), media_slots(cores=16, free_bytes=3_000_000_000)
    (2, 3)
    """
    return max(1, min(cores, free_bytes // _BYTES_PER_TRANSCODE))


def cores_here() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory_bytes() -> int:
    """The memory that nobody uses now, of the machine or of what our container may have."""
    free = [os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    told = Path("/proc/meminfo")
    if told.exists():
        lines = dict(line.split(":") for line in told.read_text().splitlines())
        free = [int(lines["MemAvailable"].split()[0]) * 1024]
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    if limit.exists() and limit.read_text().strip().isdecimal():
        free.append(int(limit.read_text()) - int(used.read_text()))
    return max(0, min(free))
