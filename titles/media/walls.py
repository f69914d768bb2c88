"""What stands between a program that reads an upload and the rest of this machine.

Inside, a program sees itself, system libraries and its work folder, and no network. Bubblewrap builds that where
it is installed; elsewhere the kernel is asked directly (Landlock for files, a network namespace of its own), and
what an older kernel or a strict container refuses is left out.
"""

import ctypes
import enum
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from titles.jobs.children import dying_with

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/alternatives")
_DEVICES = ("/dev/null", "/dev/urandom")

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38


class Isolation(enum.StrEnum):
    """How a run is walled off, beyond its limits."""

    AUTO = "auto"
    """By bubblewrap where it works, else by what the kernel offers."""
    LIMITS_ONLY = "rlimit-only"
    """Not at all."""
    REQUIRED = "required"
    """By bubblewrap, or nothing is run."""


class NoWalls(Exception):
    """Isolation is required, and bubblewrap does not work here."""


@dataclass(frozen=True)
class Walls:
    """How to start a program inside: words before its command, and what its process does before exec."""

    prefix: tuple[str, ...] = ()
    enter: Callable[[], None] = lambda: None


@contextmanager
def around(program: Path, work_folder: Path, isolation: Isolation, *, stdin: BinaryIO | None = None) -> Iterator[Walls]:
    """Build walls in which ``program`` writes in ``work_folder`` only; ``stdin`` it may also open anew.

    They have to be entered before the block ends, and stand as long as the program runs. Raises NoWalls.
    """
    if isolation is Isolation.LIMITS_ONLY:
        yield Walls()
    elif bubblewrap := _working_bubblewrap():
        yield Walls(prefix=_bubblewrapped(bubblewrap, program, work_folder))
    elif isolation is Isolation.REQUIRED:
        raise NoWalls(
            "Isolation is required, but bubblewrap (bwrap) does not work here. Install it, allow user"
            " namespaces, or choose another isolation."
        )
    else:
        with _landlocked(program, work_folder, stdin) as ruleset:
            yield Walls(enter=lambda: _go_inside(ruleset))


def has_bubblewrap() -> bool:
    """Whether bubblewrap is here and is allowed to build walls."""
    return _working_bubblewrap() is not None


def has_landlock() -> bool:
    """Whether the kernel keeps a list of what a process may open."""
    return _landlock_version() >= 1


def _go_inside(ruleset: int | None) -> None:
    """Run between fork and exec: system calls only, and each of them may be refused."""
    if hasattr(_libc, "unshare"):
        _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    if ruleset is not None:
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)


def _working_bubblewrap() -> str | None:
    found = shutil.which("bwrap")
    return found if found and _works(found) else None


@lru_cache(maxsize=2)
def _works(bubblewrap: str) -> bool:
    """Try it once: a container may have the program and forbid what it does."""
    trial = [bubblewrap, "--unshare-all", "--ro-bind", "/", "/", "--", bubblewrap, "--version"]
    tried = subprocess.run(trial, capture_output=True, preexec_fn=dying_with(os.getpid()), check=False)
    return tried.returncode == 0


def _bubblewrapped(bubblewrap: str, program: Path, work_folder: Path) -> tuple[str, ...]:
    work = os.fspath(work_folder.absolute())
    libraries = (part for place in _LIBRARIES for part in ("--ro-bind-try", place, place))
    return (
        *(bubblewrap, "--unshare-all", "--die-with-parent"),
        *("--proc", "/proc", "--dev", "/dev"),
        *libraries,
        *("--ro-bind", os.fspath(program), os.fspath(program)),
        *("--bind", work, work, "--chdir", work, "--remount-ro", "/", "--"),
    )


# Landlock: the kernel's list of what a process may still open. The numbers are the same on every processor.

_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_VERSION_PLEASE = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILE_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}  # how many bits; 16 since version 5
_NO_TCP, _NO_SIGNALS_OUT = 3, 3


class _Ruleset(ctypes.Structure):
    _fields_ = [
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def _landlock_version() -> int:
    return _libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _VERSION_PLEASE)


@contextmanager
def _landlocked(program: Path, work_folder: Path, stdin: BinaryIO | None) -> Iterator[int | None]:
    """Yield a ruleset to restrict a process with, or None where the kernel has no Landlock."""
    version = _landlock_version()
    if version < 1:
        yield None
        return
    everything = (1 << _FILE_RIGHTS_BY_VERSION.get(version, 16)) - 1
    rules = _Ruleset(everything, _NO_TCP if version >= 4 else 0, _NO_SIGNALS_OUT if version >= 6 else 0)
    ruleset = _libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    if ruleset < 0:
        yield None
        return
    try:
        _allow(ruleset, program, _EXECUTE | _READ_FILE)
        for place in _LIBRARIES:
            _allow(ruleset, Path(place), _EXECUTE | _READ_FILE | (_READ_DIR if os.path.isdir(place) else 0))
        for place in _DEVICES:
            _allow(ruleset, Path(place), _READ_FILE | _WRITE_FILE)
        _allow(ruleset, work_folder, everything & ~_EXECUTE)
        if stdin is not None:
            _allow_open(ruleset, stdin.fileno(), _READ_FILE)
        yield ruleset
    finally:
        os.close(ruleset)


def _allow(ruleset: int, place: Path, rights: int) -> None:
    """Let a file, or everything beneath a folder, be used; a place that is not there needs no rule."""
    with suppress(FileNotFoundError):
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
        try:
            _allow_open(ruleset, descriptor, rights)
        finally:
            os.close(descriptor)


def _allow_open(ruleset: int, descriptor: int, rights: int) -> None:
    rule = _PathRule(rights, descriptor)
    if _libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused a Landlock rule")
