"""What every dropbox can do, through Django's storage API."""

import hashlib
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files import File
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

_CHUNK_BYTES = 1024 * 1024


class WrongAddress(Exception):
    """The address of a dropbox can never be used; the text is one plain sentence without its secrets."""


class Unreachable(Exception):
    """The dropbox did not take, or give, a file; the text is one plain sentence without its secrets."""


@dataclass(frozen=True)
class Dropbox:
    """A partner's store. ``troubles`` are the exceptions with which it fails."""

    storage: Storage
    troubles: tuple[type[Exception], ...]

    def has(self, path: str, *, size_bytes: int, sha256: str) -> bool:
        """Whether exactly this content is there already; read back only where the size fits. Raises Unreachable."""
        with self._named(path):
            if not self.storage.exists(path) or self.storage.size(path) != size_bytes:
                return False
            with self.storage.open(path) as file:
                digest = hashlib.sha256()
                for chunk in iter(lambda: file.read(_CHUNK_BYTES), b""):
                    digest.update(chunk)
        return digest.hexdigest() == sha256

    def put(self, path: str, content: Any) -> None:
        """Write ``content`` to ``path`` piece by piece, over whatever is there. Raises Unreachable."""
        with self._named(path):
            self.storage.save(path, File(content, name=path))

    def take_back(self, path: str) -> None:
        """Remove the file, if it is there. Raises Unreachable."""
        with self._named(path):
            self.storage.delete(path)

    def files_in(self, folder: str) -> list[str]:
        """Paths of all files in ``folder`` and its folders. Raises Unreachable."""
        with self._named(folder):
            return list(self._walk(folder))

    def _walk(self, folder: str) -> Iterator[str]:
        try:
            folders, files = self.storage.listdir(folder)
        except FileNotFoundError:
            return
        for name in files:
            yield posixpath.join(folder, name)
        for name in folders:
            yield from self._walk(posixpath.join(folder, name))

    @contextmanager
    def _named(self, path: str) -> Iterator[None]:
        try:
            yield
        except self.troubles as reason:
            raise Unreachable(
                _("The dropbox failed at %(path)s (%(reason)s).") % {"path": path, "reason": _in_words(reason)}
            ) from reason


def _in_words(reason: Exception) -> str:
    """What went wrong, without addresses: they may hold secrets."""
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    code = getattr(reason, "response", {}).get("Error", {}).get("Code", "")
    return code or type(reason).__name__
