"""Exporting a studio into a folder: all rows of one moment, then its files, and ``_COMPLETE`` last.

An export that was interrupted goes on where it stopped: rows that were written stay those of their moment, and files
that are there are read again, not written again.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cms.backups.manifest import measured
from cms.embedded import locks
from cms.embedded.home import CannotStart
from cms.leaving import files, sheets
from cms.leaving.manifest import Entry, Head, Manifest, Notes
from cms.leaving.people import people
from cms.leaving.tables import tables
from studios.models import Studio
from studios.scope import scope

PEOPLE = "people.jsonl"
#: Where rows are written until all are.
_ASIDE = ".octavo-rows"
Report = Callable[[str, float], None]


class Exists(CannotStart):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds something else, or a whole export: name a new folder.")


class Changed(CannotStart):
    def __init__(self, folder: Path, path: str) -> None:
        super().__init__(f"{path} in {folder} is not what the export wrote there: export the studio to a new folder.")


class Busy(CannotStart):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another export is writing to {folder}: wait for its end, or name another folder.")


class NoRoom(CannotStart):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"The export cannot be written to {folder} ({why}): free some space there and start it again, it goes on "
            "where it stopped."
        )


def _silently(step: str, share: float) -> None:
    """Nobody watches."""


def export(studio_id: UUID, folder: Path, *, report: Report = _silently, linking: bool = False) -> Manifest:
    """Export the studio into ``folder``, or go on with what was begun there. Opens its own scope.

    ``linking`` shares bytes with the stores where it can, for a folder that is only read.
    Raises Exists, Changed, Busy, NoRoom.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locks.tried(folder) as lock:
            if lock is None:
                raise Busy(folder)
            return _exported(studio_id, folder, report, linking)
    except OSError as reason:
        raise NoRoom(folder, reason.strerror or str(reason)) from reason


def _exported(studio_id: UUID, folder: Path, report: Report, linking: bool) -> Manifest:
    notes = Notes(folder)
    begun = notes.read()
    if begun is None:
        _refuse_other_things(folder)
        report("rows", 0.0)
        begun = _rows(studio_id, folder / _ASIDE)
        notes.begin(*begun)
    head, entries = begun
    if head.studio != studio_id:
        raise Exists(folder)
    _take_their_places(folder)
    entries = list(_still_there(entries, folder))
    entries += _files(studio_id, folder, {entry.path for entry in entries}, notes, report, linking)
    manifest = Manifest(head, sorted(entries, key=lambda entry: entry.path))
    manifest.write(folder)
    notes.end()
    return manifest


def _refuse_other_things(folder: Path) -> None:
    """Rows that a killed export did not finish are no other thing: they are read anew."""
    shutil.rmtree(folder / _ASIDE, ignore_errors=True)
    if any(folder.iterdir()):
        raise Exists(folder)


def _rows(studio_id: UUID, aside: Path) -> tuple[Head, list[Entry]]:
    """Write all rows, people and sheets as they are at one moment."""
    (aside / "tables").mkdir(parents=True)
    (aside / "sheets").mkdir()
    with _one_moment(), scope(studio_id, door="command"):
        studio = Studio.objects.current()
        applied = sorted(".".join(each) for each in MigrationRecorder(connection).applied_migrations())
        head = Head(studio.pk, studio.name, studio.slug, timezone.now().isoformat(), applied)
        entries = [_lines(aside, table.path, table.rows(studio_id)) for table in tables()]
        entries.append(_lines(aside, PEOPLE, (person.line() for person in people(studio_id))))
        for name in sheets.SHEETS:
            rows = sheets.write(name, aside / f"sheets/{name}.csv")
            entries.append(_told(aside, f"sheets/{name}.csv", rows))
    return head, entries


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let the next transaction see the database as it is at its first statement, whatever is written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_isolation = 'repeatable read'")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET default_transaction_isolation")


def _lines(folder: Path, path: str, lines: Iterator[str]) -> Entry:
    count = 0
    with (folder / path).open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(f"{line}\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return _told(folder, path, count)


def _told(folder: Path, path: str, rows: int) -> Entry:
    found = measured(folder, path)
    return Entry(path, found.bytes, found.sha256, rows)


def _take_their_places(folder: Path) -> None:
    """Rows lie aside until it is noted that all are there."""
    aside = folder / _ASIDE
    for name in ("tables", "sheets", PEOPLE):
        if (aside / name).exists():
            (aside / name).rename(folder / name)
    shutil.rmtree(aside, ignore_errors=True)


def _still_there(entries: list[Entry], folder: Path) -> Iterator[Entry]:
    """What an earlier try has written and is as it was; files that are not are fetched again. Raises Changed."""
    for entry in entries:
        try:
            found = measured(folder, entry.path)
            is_as_it_was = (found.bytes, found.sha256) == (entry.bytes, entry.sha256)
        except OSError:
            is_as_it_was = False
        if is_as_it_was:
            yield entry
        elif entry.rows is not None:
            raise Changed(folder, entry.path)


def _files(
    studio_id: UUID, folder: Path, done: set[str], notes: Notes, report: Report, linking: bool
) -> Iterator[Entry]:
    wanted = sorted(set(files.stored(studio_id)) - done)
    for place, path in enumerate(wanted):
        report("files", place / len(wanted))
        entry = files.fetch(path, folder, linking=linking)
        if entry is not None:
            notes.add(entry)
            yield entry
