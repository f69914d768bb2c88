"""From nothing to the first page and to the job done, and what everything costs while it does nothing."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Figure

CHECKOUT = Path(__file__).resolve().parent.parent
PATIENCE_S = 600


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octavo-start-") as folder:
        started_s = time.monotonic()
        subprocess.run(
            _manage("demo", "--once"),
            env=_environment(folder),
            check=True,
            timeout=PATIENCE_S,
            stdout=subprocess.DEVNULL,
        )
        yield Figure("after installation, job done (demo --once)", time.monotonic() - started_s, "s", goal=240)
        with _running(folder) as (address, supervisor, started_s):
            _first_page(address)
            yield Figure("warm `up` to first page", time.monotonic() - started_s, "s", goal=6)
            time.sleep(15)
            for what, megabytes in _memory(supervisor.pid):
                yield Figure(f"  idle, {what}", megabytes, "MB")
            whole = sum(megabytes for _what, megabytes in _memory(supervisor.pid))
            yield Figure("idle memory of all processes together (PSS)", whole, "MB", goal=800)


@contextlib.contextmanager
def _running(folder: str) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """`manage.py up` on a free port, for the length of the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    started_s = time.monotonic()
    supervisor = subprocess.Popen(
        _manage("up", "--port", str(port)), env=_environment(folder), stdout=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}/", supervisor, started_s
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(60)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(CHECKOUT / "manage.py"), *arguments]


def _environment(home: str) -> dict[str, str]:
    return {**os.environ, "OCTAVO_HOME": home, "OCTAVO_BOOTSTRAP": "off"}


def _first_page(address: str) -> None:
    ends_at_s = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - loopback, opened by us
                answer.read()
                return
        except OSError:
            if time.monotonic() > ends_at_s:
                raise
            time.sleep(0.05)


def _memory(root: int) -> list[tuple[str, float]]:
    """The proportional share of memory of every process of the tree below ``root``, in megabytes."""
    shares = []
    for pid in _tree(root):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
            pss_kb = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            shares.append((_short(command), pss_kb / 1000))
    return shares


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _short(command: str) -> str:
    words = command.replace(str(CHECKOUT), "").split()
    named = [
        word for word in words if word in {"worker", "beat", "gunicorn", "up"} or "@" in word or "postgres" in word
    ]
    return " ".join(named)[:40] or " ".join(words)[:40]
