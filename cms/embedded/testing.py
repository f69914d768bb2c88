"""``manage.py test``: pytest on a home and a database that exist for this one run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cms.embedded import home, locks, postgres
from cms.embedded.home import CHECKOUT, Unusable
from cms.embedded.parts import cores_here
from titles.jobs.children import dying_with

#: Whatever the developer's shell names, tests only ever touch what they made themselves.
_OUTSIDE = ("DATABASE_URL", "OCTAVO_OWNER_DATABASE_URL", "OCTAVO_BROKER_URL", "OCTAVO_STORAGE_URL")
_PREFIX = "run-"
#: Each has a database of its own.
_MOST_PROCESSES = 8


def run(arguments: list[str]) -> int:
    """Run pytest with ``arguments`` and return its exit code; without any, the whole suite on all cores."""
    arguments = arguments or ["-n", str(min(cores_here(), _MOST_PROCESSES)), "--dist", "worksteal"]
    for name in _OUTSIDE:
        os.environ.pop(name, None)
    with home_for_tests() as place:
        os.environ["OCTAVO_HOME"] = str(place)
        with postgres.Server(place, durable=False):
            return _pytest(arguments)


@contextmanager
def home_for_tests() -> Iterator[Path]:
    """A home under ``var/test`` that nobody else uses; what killed runs left there is removed on the way."""
    shelf = home.writable("test")
    with ExitStack() as keeping:
        try:
            with locks.waited_for(shelf):
                for old in shelf.glob(f"{_PREFIX}*"):
                    _remove_if_deserted(old)
                place = Path(tempfile.mkdtemp(dir=shelf, prefix=_PREFIX))
                keeping.enter_context(locks.shared(place))
        except OSError as reason:
            raise Unusable(shelf, reason.strerror) from reason
        keeping.callback(shutil.rmtree, place, ignore_errors=True)
        home.writable("static", place)  # nothing is collected there, and nobody need be warned of that
        yield place


def _remove_if_deserted(place: Path) -> None:
    with locks.tried(place) as handle:
        if handle is not None:
            shutil.rmtree(place, ignore_errors=True)


def _pytest(arguments: list[str]) -> int:
    """pytest hears the terminal's Ctrl-C itself and tidies up; other requests to end are passed on to it."""
    pytest = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        preexec_fn=dying_with(os.getpid(), signal.SIGTERM),
        cwd=CHECKOUT,
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda which, _frame: pytest.send_signal(which))
    return pytest.wait()
