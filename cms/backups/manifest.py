"""What a backup consists of: every file with its size and digest, written down so that it can be checked."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from django.utils import timezone

from cms.embedded.home import CannotStart

FORMAT = "octavo-backup/1"
NAME = "manifest.json"
CHUNK_BYTES = 1024 * 1024


class Damaged(CannotStart):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The backup in {folder} is damaged ({why}): use another one; nothing has been changed.")


@dataclass(frozen=True)
class Entry:
    """One file of a backup, by its path in there."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``migrations`` are those that the database has had, as ``app.name``."""

    entries: list[Entry]
    migrations: list[str]

    def write(self, folder: Path) -> None:
        document = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "migrations": self.migrations,
            "files": [asdict(entry) for entry in self.entries],
        }
        (folder / NAME).write_text(json.dumps(document, indent=1))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises Damaged."""
        try:
            document = json.loads((folder / NAME).read_bytes())
            if document["format"] != FORMAT:
                raise Damaged(folder, f"its format is {document['format']!r}, not {FORMAT!r}")
            return cls([Entry(**entry) for entry in document["files"]], list(document["migrations"]))
        except (OSError, ValueError, TypeError, KeyError) as reason:
            raise Damaged(folder, f"its {NAME} cannot be read") from reason

    def check(self, folder: Path) -> None:
        """Read every file again. Raises Damaged for the first that is not what was written."""
        for entry in self.entries:
            try:
                if measured(folder, entry.path) != entry:
                    raise Damaged(folder, f"{entry.path} is not what was written")
            except OSError as reason:
                raise Damaged(folder, f"{entry.path} cannot be read") from reason


def measured(folder: Path, path: str) -> Entry:
    with open(folder / path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Entry(path, file.tell(), sha256)


def copied(source: IO[bytes], folder: Path, path: str) -> Entry:
    """Copy ``source`` into a backup; the entry says what was read, not what was written."""
    digest, size_bytes = hashlib.sha256(), 0
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "wb") as copy:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return Entry(path, size_bytes, digest.hexdigest())
