"""The audit as CSV: one line per entry, written page by page, each page read in a scope of its own."""

import csv
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from studios.audit import Entry, Wanted, page
from studios.models import Membership, User
from studios.roles import Action
from studios.scope import scope

COLUMNS = (
    "at",
    "person",
    "person_id",
    "door",
    "operation",
    "noun",
    "row_id",
    "why",
    "before",
    "after",
)
_PER_PAGE = 500
#: What makes a spreadsheet read a cell as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file for the csv module that hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(studio_id: UUID, wanted: Wanted, *, reader: User, per_page: int = _PER_PAGE) -> Iterator[str]:
    """The lines of the sheet, head first. It ends where ``reader`` may not read the audit any more."""
    sheet = csv.writer(_Echo())
    yield "\ufeff" + sheet.writerow(COLUMNS)  # the mark by which spreadsheets know UTF-8
    mark, is_more = None, True
    while is_more:
        with scope(studio_id, person=reader, door="admin"):
            if not _may_read(reader):
                return
            found = page(wanted, after=mark, limit=per_page)
            people = User.objects.in_bulk({entry.person_id for entry in found.entries if entry.person_id})
        for entry in found.entries:
            yield sheet.writerow([harmless(cell) for cell in _cells(entry, people)])
        mark, is_more = found.end, found.end is not None


def harmless(cell: str) -> str:
    """The cell as no spreadsheet takes it for a formula.

    >>> harmless('=HYPERLINK("https://evil.example")'), harmless("Mina Park")
    ('\\'=HYPERLINK("https://evil.example")', 'Mina Park')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _may_read(reader: User) -> bool:
    membership = Membership.objects.current().select_related("studio").filter(user=reader).first()
    return membership is not None and membership.may(Action.READ_AUDIT)


def _cells(entry: Entry, people: dict[UUID, User]) -> list[str]:
    person = people.get(entry.person_id) if entry.person_id else None
    return [
        entry.at.isoformat(),
        str(person or ""),
        str(entry.person_id or ""),
        entry.door,
        entry.operation,
        entry.noun,
        str(entry.row_id),
        entry.why,
        _as_json(entry.before),
        _as_json(entry.after),
    ]


def _as_json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True) if row else ""
