"""What an export consists of, and the notes that let an interrupted one go on where it stopped.

An export is whole when ``_COMPLETE`` is there: the SHA-256 of its manifest, written last.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from django.utils import timezone

from cms.embedded.home import CannotStart

FORMAT = "octavo-studio/1"
NAME = "manifest.json"
COMPLETE = "_COMPLETE"
NOTES = "_progress.jsonl"


class Damaged(CannotStart):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The export in {folder} is damaged ({why}): export the studio again; nothing was changed.")


@dataclass(frozen=True)
class Entry:
    """One file of an export, by its path in there; ``rows`` where it holds rows, one a line."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None

    def told(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Head:
    """Whose export it is, of which moment (``taken_at``, when all rows were read), and of which Octavo."""

    studio: UUID
    name: str
    slug: str
    taken_at: str
    migrations: list[str]

    def told(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "studio": {"id": str(self.studio), "name": self.name, "slug": self.slug},
            "taken_at": self.taken_at,
            "migrations": self.migrations,
        }

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError."""
        if told["format"] != FORMAT:
            raise ValueError(f"its format is {str(told['format'])[:40]!r}, not {FORMAT!r}")
        studio = told["studio"]
        migrations = [str(each) for each in told["migrations"]]
        return cls(UUID(studio["id"]), str(studio["name"]), str(studio["slug"]), str(told["taken_at"]), migrations)


@dataclass(frozen=True)
class Manifest:
    head: Head
    entries: list[Entry]

    def write(self, folder: Path) -> None:
        """The manifest, then the word that the export is whole."""
        files = [entry.told() for entry in self.entries]
        document = {**self.head.told(), "made_at": timezone.now().isoformat(), "files": files}
        _write(folder / NAME, json.dumps(document, indent=1, ensure_ascii=False))
        digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
        _write(folder / COMPLETE, f"{digest}\n")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises Damaged, also for an export that was never finished."""
        try:
            written, digest = (folder / NAME).read_bytes(), (folder / COMPLETE).read_text().strip()
        except (OSError, ValueError) as reason:
            raise Damaged(folder, f"it was not finished: there is no {NAME} with {COMPLETE}") from reason
        if hashlib.sha256(written).hexdigest() != digest:
            raise Damaged(folder, f"its {NAME} is not what was written")
        try:
            document = json.loads(written)
            return cls(Head.read(document), [Entry(**entry) for entry in document["files"]])
        except (ValueError, TypeError, KeyError, AttributeError) as reason:
            raise Damaged(folder, f"its {NAME} cannot be read: {reason}") from reason

    def of(self, folder: str) -> Iterator[Entry]:
        """The files in ``folder`` of the export."""
        return (entry for entry in self.entries if entry.path.startswith(f"{folder}/"))

    def rows(self) -> dict[str, int]:
        """By table: how many rows."""
        return {Path(entry.path).stem: entry.rows or 0 for entry in self.of("tables")}


class Notes:
    """What an export has done so far, one line a file, each on the disk before the next file is begun."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NOTES

    def begin(self, head: Head, entries: list[Entry]) -> None:
        """Note the moment and all rows at once: a half-noted set of tables would be of two moments."""
        lines = [head.told(), *(entry.told() for entry in entries)]
        _write(self.path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def add(self, entry: Entry) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(entry.told(), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> tuple[Head, list[Entry]] | None:
        """None where nothing was begun. A line that a killed export had not finished counts for nothing."""
        if not self.path.exists():
            return None
        whole, _newline, _rest = self.path.read_text().rpartition("\n")
        self.path.write_text(f"{whole}\n")
        first, *lines = (json.loads(line) for line in whole.splitlines())
        return Head.read(first), [Entry(**line) for line in lines]

    def end(self) -> None:
        self.path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    aside = path.with_name(f".{path.name}")
    with aside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
