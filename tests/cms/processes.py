"""Starting Octavo's own commands as processes, and counting what is left of them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(home: Path, **more: str) -> dict[str, str]:
    """A shell's, with ``home`` for everything that Octavo writes."""
    return os.environ | {"OCTAVO_HOME": str(home), "OCTAVO_BOOTSTRAP": "off"} | more


def manage(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(home, **more), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def script(home: Path, text: str) -> subprocess.Popen[str]:
    """Run a few lines of Python in a process of their own; they may print, and wait for a line."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", text],
        cwd=ROOT, env=environment(home), stdin=pipe, stdout=pipe, stderr=pipe, text=True,
    )  # fmt: skip


def of_home(home: Path) -> list[psutil.Process]:
    """Every living process that has this home in its environment, or stands in it as PostgreSQL's do."""
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("OCTAVO_HOME") == str(home) or process.cwd().startswith(str(home))
            if is_ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def eventually(what: Callable[[], Any], *, within_s: float = 60) -> Any:
    """Return ``what()`` once it is true; the last answer, false as it is, when patience ends."""
    ends_at_s = time.monotonic() + within_s
    while not (answer := what()) and time.monotonic() < ends_at_s:
        time.sleep(0.05)
    return answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
