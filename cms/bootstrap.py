"""A checkout makes its own environment: what runs on a bare Python, before any package is there."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from cms.embedded import locks
from titles.jobs.children import dying_with

_PIP_INSTALL = (
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-input",
    "--disable-pip-version-check",
    "--require-hashes",
    "--no-deps",  # the lock is complete: nothing is left to resolve
    "--only-binary=:all:",  # nobody's build script runs here
    "--no-compile",  # Python compiles what it imports, a fifth of all that is installed (keep_compiled)
)


class CannotPrepare(Exception):
    """The environment cannot be made here; the text is one sentence, and pip's last lines if it failed."""


class Environment:
    """The virtual environment of a checkout: ready when its marker holds the digest of the lock.

    The marker is removed before anything changes and written last, so an installation that was killed
    half-way has none and is made again from nothing.
    """

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self.python = self.folder / "bin" / "python"
        self.marker = self.folder / ".lock"

    def is_current(self) -> bool:
        """Whether this very process runs in it."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def holds(self, lock: Path) -> bool:
        """Whether all that ``lock`` names is installed."""
        return self._is_whole() and digest(lock) in self.marker.read_text().split()

    def _is_whole(self) -> bool:
        """Whether some installation came to its end here, for the Python that is in there now."""
        if self.is_current() and not _packages_of_this_python(self.folder).is_dir():
            return False  # the system's Python was upgraded underneath it
        return self.marker.exists() and self.python.exists()

    def install(self, lock: Path) -> None:
        """Make what is missing. A lock for development contains the other one, so it answers for both."""
        was_whole = self._is_whole()
        self.marker.unlink(missing_ok=True)
        if not was_whole:
            _run(_python_outside(), "-m", "venv", "--clear", str(self.folder))
        _run(str(self.python), *_PIP_INSTALL, "--requirement", str(lock))
        aside = self.marker.with_suffix(".aside")
        aside.write_text("".join(digest(each) + "\n" for each in {lock, self.checkout / "requirements.txt"}))
        aside.replace(self.marker)


def enter(checkout: Path, command: str) -> None:
    """Return in a process that has the packages ``command`` needs; start this one over in it if need be.

    ``OCTAVO_BOOTSTRAP=off`` says that somebody else provides the packages. Raises CannotPrepare.
    """
    if not _is_wanted():
        return
    environment = Environment(checkout)
    lock = checkout / ("requirements-dev.txt" if command == "test" else "requirements.txt")
    was_ready = environment.holds(lock)
    if not was_ready:
        prepare(environment, lock)
    keep_compiled(environment)
    if was_ready and environment.is_current():
        return
    python = str(environment.python)
    os.execv(python, [python, *sys.orig_argv[1:]])  # noqa: S606 - this very command, in its environment


def keep_compiled(environment: Environment) -> None:
    """Keep compiled modules in the environment, for this process and all that it starts.

    Compiling is half of a start. The sources stay as clean as PYTHONDONTWRITEBYTECODE wants to have them.
    """
    folder = str(environment.folder / "compiled")
    os.environ["PYTHONPYCACHEPREFIX"] = folder
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.pycache_prefix, sys.dont_write_bytecode = folder, False


def prepare(environment: Environment, lock: Path) -> None:
    """Install ``lock``, unless another process has just done so. Raises CannotPrepare."""
    _refuse_incomplete_python()
    with locks.waited_for(environment.checkout):  # the folder itself: no file is left lying about
        if environment.holds(lock):
            return
        print("Octavo is installing its Python packages into .venv: about a minute, once.", file=sys.stderr)
        try:
            environment.install(lock)
        except OSError as reason:
            raise CannotPrepare(
                f"Octavo cannot write its packages to {environment.folder} ({reason.strerror}): "
                "make the checkout writable, or free some space there."
            ) from reason


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _is_wanted() -> bool:
    wish = os.environ.get("OCTAVO_BOOTSTRAP", "").strip() or "on"
    if wish not in ("on", "off"):
        raise CannotPrepare(f'The environment variable OCTAVO_BOOTSTRAP is {wish!r}; it accepts "on" or "off".')
    return wish == "on"


def _refuse_incomplete_python() -> None:
    here = "{}.{}".format(*sys.version_info)
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise CannotPrepare(
            "This Python cannot make virtual environments: install that part of it first, "
            f"on Debian and Ubuntu with: apt install python{here}-venv"
        )


def _packages_of_this_python(folder: Path) -> Path:
    return folder / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"


def _python_outside() -> str:
    """The interpreter behind this one, which may itself lie in the environment that is to be replaced."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _run(*command: str) -> None:
    """Run one step of the installation quietly; it dies with us, so it never meets the next attempt."""
    done = subprocess.run(
        command,
        preexec_fn=dying_with(os.getpid()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        last_words = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise CannotPrepare(
            "Octavo could not install its Python packages: check the network and the free space, then give "
            f"the same command again. The installer's last words:\n{last_words}"
        )
