"""As whom PostgreSQL runs: it refuses to be root, so root lends it a user namespace, or becomes nobody."""

import ctypes
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from cms.embedded import home as homes
from cms.embedded.home import CannotStart
from cms.embedded.programs import Programs

_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)
_STATE = Path("/var/lib/octavo")


class RootRefused(CannotStart):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Octavo cannot run its database as root here, since {folder} is closed to other users: start it "
            "as another user, move the checkout to where others may read it, or name a database in "
            "DATABASE_URL."
        )


class Ourselves:
    """Whoever started us; nothing has to change."""

    def settle(self, home: Path, programs: Programs) -> None:
        """Make the places that the server needs."""
        make_private(homes.socket_folder(home))

    def become(self) -> None:
        """Called in the child, between fork and exec."""


class Namespaced(Ourselves):
    """Root in a user namespace of its own, where it has another number; every file stays root's."""

    def __init__(self) -> None:
        self._inside = pwd.getpwnam("nobody").pw_uid  # initdb wants a number that has a name

    def become(self) -> None:
        outside_uid, outside_gid = os.getuid(), os.getgid()
        if _libc.unshare(_CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for file, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{self._inside} {outside_uid} 1"),
            ("gid_map", f"{self._inside} {outside_gid} 1"),
        ):
            with open(f"/proc/self/{file}", "w") as handle:
                handle.write(line)

    def is_possible(self) -> bool:
        """Whether this machine lets us: many containers do not."""
        if not hasattr(_libc, "unshare"):
            return False
        try:
            return subprocess.run(["/bin/true"], preexec_fn=self.become).returncode == 0
        except (subprocess.SubprocessError, OSError):
            return False


class Nobody(Ourselves):
    """The user nobody. What it must reach lies in the system's state folder, with links to it in the home."""

    def __init__(self) -> None:
        self._nobody = pwd.getpwnam("nobody")

    def settle(self, home: Path, programs: Programs) -> None:
        """Raises RootRefused when nobody cannot even read the programs."""
        probe = subprocess.run([programs.path("postgres"), "--version"], preexec_fn=self.become, capture_output=True)
        if probe.returncode != 0:
            raise RootRefused(programs.folder)
        _STATE.mkdir(mode=0o755, exist_ok=True)
        state = _STATE / homes.digest(home)
        self._own(state)
        self._own(state / "pg")
        homes.writable("run", home)
        _lead(data_link(home), to=state / "db")
        _lead(homes.socket_folder(home), to=state / "pg")

    def _own(self, folder: Path) -> None:
        make_private(folder)
        shutil.chown(folder, self._nobody.pw_uid, self._nobody.pw_gid)

    def become(self) -> None:
        os.chdir("/")
        os.setgroups([])
        os.setgid(self._nobody.pw_gid)
        os.setuid(self._nobody.pw_uid)


def _lead(link: Path, *, to: Path) -> None:
    if link.is_symlink():
        return
    if link.is_dir() and not any(link.iterdir()):
        link.rmdir()
    if link.exists():
        raise CannotStart(
            f"{link} was made by root with user namespaces, which this machine does not allow: start Octavo "
            "as another user that owns its home, or restore a backup into an empty OCTAVO_HOME."
        )
    link.symlink_to(to)


def data_link(home: Path) -> Path:
    """The data folder as the home shows it; for nobody it is a link to where it really is."""
    return home / "db"


def fitting(home: Path) -> Ourselves:
    """Choose for this process and this home: what was settled once stays so."""
    if os.geteuid() != 0:
        return Ourselves()
    namespaced = Namespaced()
    if data_link(home).is_symlink() or not namespaced.is_possible():
        return Nobody()
    return namespaced


def make_private(folder: Path) -> None:
    """Make ``folder`` ours alone. Raises CannotStart where somebody else has put one there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.lstat().st_uid
    except OSError as reason:
        raise homes.Unusable(folder, reason.strerror) from reason
    if folder.is_symlink() or (owner != os.geteuid() and os.geteuid() != 0):
        raise CannotStart(f"The folder {folder} belongs to somebody else: remove it, or choose a shorter OCTAVO_HOME.")
    folder.chmod(0o700)
