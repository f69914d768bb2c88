"""Bringing an export into this installation: ids stay what they were, and history who did it, when, through which door.

Files come first, since nothing refers to them yet; all rows come last, in one transaction of the owner's login, which
alone may write history. What was read is read back before it counts. An import that was killed is simply begun again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import DataError, IntegrityError, connection, transaction

from cms.embedded.home import CannotStart
from cms.leaving import files
from cms.leaving.accounts import Accounts, settle
from cms.leaving.arriving import Arrival, arrive
from cms.leaving.checking import Export, checked
from cms.leaving.manifest import Damaged
from cms.leaving.tables import Table, tables
from cms.owner import as_owner
from studios.scope import scope

_ROWS_AT_ONCE = 500
_BYTES_AT_ONCE = 4 * 1024 * 1024


class Here(CannotStart):
    """The studio, or its short name, is here already."""


class Refused(CannotStart):
    def __init__(self, why: str) -> None:
        super().__init__(f"The database refuses a row of this export ({why}): nothing was changed.")


@dataclass(frozen=True)
class Imported:
    """What an import brought."""

    export: Export
    accounts: Accounts
    arrival: Arrival


def bring_in(folder: Path) -> Imported:
    """Import the studio in ``folder``. Raises Damaged, Newer, Older, Foreign, Here or Refused; then it is not here."""
    export = checked(folder.absolute())
    with as_owner():
        _refuse_if_here(export)
        for entry in export.files():
            files.bring(entry, export.folder)
        try:
            with scope(export.studio_id, door="import"):
                _refuse_if_here(export)
                accounts = _rows(export)
                return Imported(export, accounts, arrive(accounts))
        except (IntegrityError, DataError) as reason:
            raise Refused(str(reason).splitlines()[0]) from reason


def _refuse_if_here(export: Export) -> None:
    head = export.manifest.head
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, slug FROM studios_studio WHERE id = %s OR slug = %s", [head.studio, head.slug])
        found = cursor.fetchone()
    if found is not None and found[0] == head.studio:
        raise Here(f"The studio {found[1]} is here already, with the same id: an import never changes a studio.")
    if found is not None:
        raise Here(f"Another studio has the short name “{found[2]}” here: give that one another name first.")


def _rows(export: Export) -> Accounts:
    """Write everything exactly as it was, and read it back."""
    accounts = settle(export.people)
    with _verbatim():
        for table in tables():
            for rows in _pages(export.lines(table)):
                table.insert(rows)
    for table in tables():
        _refuse_other_rows(export, table)
    return accounts


@contextmanager
def _verbatim() -> Iterator[None]:
    """Rows come with the history that they have: none is written of their coming. References are checked at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL octavo.verbatim = 'on'")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL octavo.verbatim = 'off'")


def _pages(lines: Iterable[str]) -> Iterator[list[str]]:
    """Some hundred rows at a time, fewer where they are large."""
    page: list[str] = []
    size_bytes = 0
    for line in lines:
        page.append(line)
        size_bytes += len(line)
        if len(page) == _ROWS_AT_ONCE or size_bytes > _BYTES_AT_ONCE:
            yield page
            page, size_bytes = [], 0
    if page:
        yield page


def _refuse_other_rows(export: Export, table: Table) -> None:
    """What this database tells of the table is, byte for byte, what came. Raises Damaged."""
    digest = hashlib.sha256()
    for line in table.rows(export.studio_id):
        digest.update(f"{line}\n".encode())
    if digest.hexdigest() != export.entry(table).sha256:
        raise Damaged(export.folder, f"rows of {table.name} are not written the way that Octavo writes them")
