"""Where an embedded Octavo keeps everything: database, media, keys, logs, all under one folder (``var/``).

Importing this module starts nothing and needs no Django: the settings read it.
"""

import base64
import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from cms import env

CHECKOUT = Path(__file__).resolve().parent.parent.parent
DATABASE = "octavo"
LOGINS = {"app": "octavo_app", "owner": "octavo_owner"}
PORT = "5432"
# A unix socket's path must fit into 107 bytes, and PostgreSQL adds its own file name.
_LONGEST_SOCKET_FOLDER_BYTES = 85


class CannotStart(Exception):
    """Octavo cannot start, or go on, like this; the text is one plain sentence that says what to do."""


class Unusable(CannotStart):
    """The home cannot be written."""

    def __init__(self, place: Path, why: str | None) -> None:
        super().__init__(
            f"Octavo cannot write to {place} ({why}): free some space there, make it writable, "
            "or name another folder in OCTAVO_HOME."
        )


def folder() -> Path:
    """The home: ``OCTAVO_HOME``, or ``var`` in the checkout."""
    return env.path("OCTAVO_HOME", CHECKOUT / "var")


def writable(name: str, home: Path | None = None) -> Path:
    """Return the folder ``name`` in the home, made when absent; what is made is for its owner alone."""
    place = home or folder()
    wanted = place / name
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for step in reversed([wanted, *wanted.relative_to(place).parents][:-1]):
            (place / step).mkdir(mode=0o700, exist_ok=True)
    except OSError as reason:
        raise Unusable(place, reason.strerror) from reason
    return wanted


def secret(name: str, size_bytes: int = 32) -> str:
    """Return the key ``name`` of this home, random bytes in base64, made at first use and never changed.

    Written aside and linked into place, so that of two processes starting at once both read the same key.
    """
    file = writable("keys") / name
    if not file.exists():
        try:
            with tempfile.NamedTemporaryFile(dir=file.parent, mode="w") as aside:
                aside.write(base64.urlsafe_b64encode(os.urandom(size_bytes)).decode())
                aside.flush()
                os.fsync(aside.fileno())
                with contextlib.suppress(FileExistsError):
                    os.link(aside.name, file)
        except OSError as reason:
            raise Unusable(file.parent, reason.strerror) from reason
    return file.read_text()


def digest(home: Path) -> str:
    """A short name for a home, for what cannot lie in it."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


def socket_folder(home: Path | None = None) -> Path:
    """Where the embedded PostgreSQL listens: in the home, or in a short folder that is named after it."""
    place = home or folder()
    inside = place / "run" / "pg"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER_BYTES:
        return inside
    # Not TMPDIR: every process of this home must come to the same path. The server makes it ours, or refuses.
    return Path(f"/tmp/octavo-{os.getuid()}-{digest(place)}")  # noqa: S108


def database(login: str, home: Path | None = None) -> dict[str, str]:
    """Django's connection keys of the embedded database for ``"app"`` or ``"owner"``."""
    return {
        "NAME": DATABASE,
        "USER": LOGINS[login],
        "PASSWORD": "",
        "HOST": str(socket_folder(home)),
        "PORT": PORT,
    }
