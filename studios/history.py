"""What happened to a row: its changes and moves, newest first, with the differences computed when somebody looks."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from studios.models import Change, Move, PersonalText
from studios.secrets import SecretField
from studios.showing import without_secrets

#: Columns that say nothing to a person.
_SILENT = frozenset({"id", "studio_id", "document", "digest", "webvtt"})
_LONGEST = 240
#: A move and the change of the state column that it belongs to are written in one transaction.
_TOGETHER = timedelta(seconds=2)


@dataclass(frozen=True)
class Difference:
    """One column that changed, in words."""

    column: str
    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One thing that happened: a change of columns, a move from state to state, or both at once."""

    at: datetime
    person: Any
    door: str = ""
    operation: str = ""
    differences: list[Difference] = field(default_factory=list)
    move: Move | None = None
    from_state: str = ""
    to_state: str = ""


def history_of(row: models.Model, *, most: int = 200) -> list[Entry]:
    """The newest ``most`` changes of ``row`` with its moves, newest first."""
    noun = row._meta.label_lower
    changes = list(Change.objects.filter(noun=noun, row_id=row.pk).select_related("person").order_by("-id")[:most])
    moves = list(Move.objects.filter(noun=noun, row_id=row.pk).select_related("person").order_by("-id")[:most])
    entries = list(_changes_in_words(type(row), changes, as_recorded(row)))
    entries += [alone for move in moves if (alone := _told_with_its_change(row, move, entries)) is not None]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def as_recorded(row: models.Model) -> dict[str, Any]:
    """The row as it is now, in the form in which Change keeps old ones."""
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(kept)::text FROM {table} AS kept WHERE id = %s", [row.pk])  # noqa: S608
        found = cursor.fetchone()
    return json.loads(found[0]) if found else {}


def _changes_in_words(model: type[models.Model], changes: list[Change], now: dict[str, Any]) -> Iterator[Entry]:
    """``changes`` are newest first; what a row looked like after a change is what the change after it found."""
    recorded = PersonalText.objects.told([now, *(change.row for change in changes)])
    names = _names_of_related(model, recorded)
    for change, after, before in zip(changes, recorded, recorded[1:], strict=False):
        entry = Entry(change.at, change.person, change.door, change.operation)
        if change.operation == "update":
            entry.differences = list(differences(model, before, after, names))
        yield entry


def differences(
    model: type[models.Model], before: dict[str, Any], after: dict[str, Any], names: dict[str, str]
) -> Iterator[Difference]:
    """The columns of ``model`` that differ between two recorded rows; ``names`` are those of related rows by id."""
    # A text in several languages also has a column that only repeats one of them.
    columns: Any = model._meta.concrete_fields
    copies = {getattr(column, "translated_field", None) for column in columns} - {None}
    for column in columns:
        old, new = before.get(column.column), after.get(column.column)
        if old == new or column.column in _SILENT or column in copies:
            continue
        if isinstance(column, SecretField) or column.column.endswith("_hash"):
            old = new = _("secret")
        yield Difference(
            column.column,
            capfirst(str(column.verbose_name)),
            in_words(column, old, names),
            in_words(column, new, names),
        )


def in_words(column: Any, value: Any, names: dict[str, str]) -> str:
    """A recorded value as a person reads it."""
    if value in (None, "", [], {}):
        return "–"
    if column.is_relation:
        return names.get(str(value), str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.DateTimeField) and (instant := parse_datetime(value)):
        return formats.localize(timezone.localtime(instant))
    if isinstance(column, models.URLField):
        value = without_secrets(value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return Truncator(str(value)).chars(_LONGEST)


def state_in_words(model: type[models.Model] | None, state: str) -> str:
    """A recorded state of a row of ``model`` as people call it."""
    columns: Any = model._meta.concrete_fields if model else ()
    labels = next((dict(column.flatchoices) for column in columns if column.name == "state"), {})
    return str(labels.get(state, state))


def _names_of_related(model: type[models.Model], rows: list[dict[str, Any]]) -> dict[str, str]:
    """Names of all rows that ``rows`` refer to, one query per kind of row."""
    names: dict[str, str] = {}
    columns: Any = model._meta.concrete_fields
    for column in columns:
        if not column.is_relation or column.column in _SILENT:
            continue
        wanted = {UUID(row[column.column]) for row in rows if row.get(column.column)}
        related = column.remote_field.model._base_manager.in_bulk(wanted) if wanted else {}
        names |= {str(pk): str(found) for pk, found in related.items()}
    return names


def _told_with_its_change(row: models.Model, move: Move, entries: list[Entry]) -> Entry | None:
    """Tell ``move`` in the entry of the change that carried it out; an Entry of its own where there is none."""
    from_state, to_state = (state_in_words(type(row), state) for state in (move.from_state, move.to_state))
    for entry in entries:
        state = next((each for each in entry.differences if each.column == "state"), None)
        fits = state is not None and (state.before, state.after) == (from_state, to_state)
        if fits and entry.move is None and abs(entry.at - move.at) < _TOGETHER:
            entry.differences.remove(state)  # type: ignore[arg-type]
            entry.move, entry.from_state, entry.to_state = move, from_state, to_state
            return None
    return Entry(move.at, move.person, move=move, from_state=from_state, to_state=to_state)
