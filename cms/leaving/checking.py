"""Reading an export from elsewhere: every byte, every row and every name is looked at before any is believed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from uuid import UUID

from cms import schema
from cms.backups.manifest import measured
from cms.embedded.home import CannotStart
from cms.leaving import files
from cms.leaving.exporting import PEOPLE
from cms.leaving.manifest import Damaged, Entry, Manifest
from cms.leaving.people import Figure
from cms.leaving.sheets import SHEETS
from cms.leaving.tables import Table, tables
from studios.models import Studio

#: The longest row; a frozen document of a long series has about one megabyte.
_MOST_BYTES_OF_A_ROW = 64 * 1024 * 1024


class Newer(CannotStart):
    def __init__(self, migration: str) -> None:
        super().__init__(f"This export comes from a newer Octavo, which made {migration}: update this one first.")


class Older(CannotStart):
    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            f"This export comes from an older Octavo, whose {table} has no {column}: update that one, and export again."
        )


class Foreign(CannotStart):
    def __init__(self, table: str, line: int, why: str) -> None:
        super().__init__(
            f"Line {line} of tables/{table}.jsonl {why}, so this is not the export of one studio: nothing was changed."
        )


@dataclass(frozen=True)
class Export:
    """A whole export: unaltered, of one studio, and of no newer Octavo."""

    folder: Path
    manifest: Manifest
    people: list[Figure]

    @property
    def studio_id(self) -> UUID:
        return self.manifest.head.studio

    def files(self) -> Iterator[Entry]:
        return self.manifest.of("files")

    def entry(self, table: Table) -> Entry:
        return next(each for each in self.manifest.entries if each.path == table.path)

    def lines(self, table: Table) -> Iterator[str]:
        """The rows of a table, as they are written."""
        for _place, line in _lines(self.folder, table.path):
            yield line


def checked(folder: Path) -> Export:
    """Read all of an export. Raises Damaged, Newer, Older or Foreign."""
    manifest = Manifest.read(folder)
    try:
        schema.refuse_unknown(manifest.head.migrations)
    except schema.Newer as reason:
        raise Newer(reason.migration) from reason
    known = tables()
    _refuse_unexpected(folder, manifest, known)
    for entry in manifest.entries:
        _refuse_altered(folder, entry)
    export = Export(folder, manifest, list(_people(folder)))
    named = {person.id for person in export.people}
    for table in known:
        place = 0
        for place, line in _lines(folder, table.path):
            _Row(folder, table, place, line).refuse_foreign(manifest.head.studio, named)
        if place != export.entry(table).rows or (table.model is Studio and place != 1):
            raise Damaged(folder, f"{table.path} has {place} rows")
    return export


def _refuse_unexpected(folder: Path, manifest: Manifest, known: list[Table]) -> None:
    """An export has one file per table, the people, the sheets, and files of its studio; each once, nothing else."""
    paths = [entry.path for entry in manifest.entries]
    wanted = {*(table.path for table in known), PEOPLE}
    optional = {f"sheets/{name}.csv" for name in SHEETS}
    if missing := sorted(wanted - set(paths)):
        raise Damaged(folder, f"{missing[0]} is not in it")
    if len(paths) != len(set(paths)):
        raise Damaged(folder, "it names a file twice")
    for entry in manifest.entries:
        if entry.path not in wanted | optional:
            files.refuse_foreign(entry, folder, manifest.head.studio)


def _refuse_altered(folder: Path, entry: Entry) -> None:
    try:
        if not (folder / entry.path).resolve(strict=True).is_relative_to(folder.resolve()):
            raise Damaged(folder, f"{entry.path} leads out of it")
        found = measured(folder, entry.path)
    except OSError as reason:
        raise Damaged(folder, f"{entry.path} cannot be read") from reason
    if (found.bytes, found.sha256) != (entry.bytes, entry.sha256):
        raise Damaged(folder, f"{entry.path} is not what was written")


def _people(folder: Path) -> Iterator[Figure]:
    columns = {field.name: field.type for field in fields(Figure)}
    for place, line in _lines(folder, PEOPLE):
        try:
            told = json.loads(line)
            if {name: type(told[name]) for name in told} != columns:
                raise ValueError("it has other columns")
            UUID(told["id"])
            yield Figure(**told)
        except (ValueError, TypeError, AttributeError) as reason:
            raise Damaged(folder, f"line {place} of {PEOPLE} is no person: {reason}") from reason


def _lines(folder: Path, path: str) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, one at a time."""
    with (folder / path).open("rb") as file:
        place = 0
        while line := file.readline(_MOST_BYTES_OF_A_ROW):
            place += 1
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("it is too long, or has no end")
                yield place, line[:-1].decode()
            except ValueError as reason:
                raise Damaged(folder, f"line {place} of {path} cannot be read: {reason}") from reason


@dataclass(frozen=True)
class _Row:
    """One line of a table."""

    folder: Path
    table: Table
    place: int
    line: str

    def refuse_foreign(self, studio_id: UUID, people: set[str]) -> None:
        """Raise Foreign where it is not of this studio, or names a person or a file that is not."""
        row = self._read()
        if row[self.table.studio_column] != str(studio_id):
            raise Foreign(self.table.name, self.place, "belongs to another studio")
        for column in self.table.of_people:
            if row[column] is not None and row[column] not in people:
                raise Foreign(self.table.name, self.place, f"names somebody in {column} who is not in {PEOPLE}")
        for column in self.table.of_files:
            if row[column] and not _is_own_file(row[column], studio_id):
                raise Foreign(self.table.name, self.place, f"names a file in {column} that is not the studio's")

    def _read(self) -> dict[str, Any]:
        try:
            row = json.loads(self.line)
            found = set(row)
        except (ValueError, TypeError) as reason:
            raise Damaged(self.folder, f"line {self.place} of {self.table.name} is no row") from reason
        for column in self.table.columns:
            if column not in found:
                raise Older(self.table.name, column)
        if unknown := sorted(found - set(self.table.columns)):
            raise Damaged(self.folder, f"{self.table.name} has {unknown[0]!r}, which nobody knows here")
        return row


def _is_own_file(name: Any, studio_id: UUID) -> bool:
    return isinstance(name, str) and name.startswith(f"{studio_id}/") and not {"", ".", ".."} & set(name.split("/"))
