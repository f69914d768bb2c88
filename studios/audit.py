"""The audit of a studio: every change and every move of its rows in one line, newest first, page by page."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import F, JSONField, OuterRef, Q, QuerySet, Subquery

from studios.models import Change, Move, PersonalText, Studio, StudioRow
from studios.secrets import SecretField
from studios.showing import without_secrets

MOVE = "move"
OPERATIONS = ("insert", "update", "delete", MOVE)
DOORS = ("admin", "api", "worker", "import", "command", "database")
#: Columns with whole films' worth of text, or what programs said: nobody compares them.
BULKY = ("document", "webvtt", "facts", "inspection", "log")
#: Columns that say nothing about what was changed: whose the row is, and what machines count.
_SILENT = frozenset({"id", "studio_id", "last_used_at", "feed_sequence"})
#: What stands in the place of a secret.
SECRET = "secret"  # noqa: S105

Row = dict[str, Any]
Known = dict[tuple[str, UUID], Row]


class Mark(NamedTuple):
    """A place in the audit. Of one instant, moves (1) come before the changes (0) that they were made by."""

    at: datetime
    rank: int
    number: int


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; what is empty is not asked for. ``until_at`` is exclusive."""

    noun: str = ""
    row_id: UUID | None = None
    person_id: UUID | None = None
    by_machine: bool = False
    door: str = ""
    operation: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow changes or moves to what is wanted; ``operation`` chooses between the two and is not looked at."""
        chosen: Row = {"noun": self.noun, "row_id": self.row_id, "person_id": self.person_id, "door": self.door}
        chosen |= {"at__gte": self.from_at, "at__lt": self.until_at}
        rows = rows.filter(**{column: value for column, value in chosen.items() if value})
        return rows.filter(person=None) if self.by_machine else rows


@dataclass
class Entry:
    """One thing that happened. ``before`` and ``after`` hold the columns that it changed, by name."""

    mark: Mark
    noun: str
    row_id: UUID
    operation: str
    person_id: UUID | None
    door: str
    before: Row = field(default_factory=dict)
    after: Row = field(default_factory=dict)
    why: str = ""

    @property
    def at(self) -> datetime:
        return self.mark.at


@dataclass(frozen=True)
class Page:
    """``entries``, newest first, and the ``end`` after which the next page begins; None where there is none."""

    entries: list[Entry]
    end: Mark | None
    #: Rows of the studio as they are now, that were read on the way.
    now: Known


def page(wanted: Wanted, *, after: Mark | None = None, limit: int = 50) -> Page:
    """The next ``limit`` entries ``after`` a mark. At most four statements, however many entries."""
    changes = [] if wanted.operation == MOVE else _changes(wanted, after, limit + 1)
    moves = [] if wanted.operation not in ("", MOVE) else _moves(wanted, after, limit + 1)
    found: list[Change | Move] = sorted([*changes, *moves], key=_mark, reverse=True)
    shown = found[:limit]
    now = rows_now([(each.noun, each.row_id) for each in shown])
    entries = list(_told(shown, now))
    return Page(entries, entries[-1].mark if len(found) > limit else None, now)


def rows_now(wanted: Iterable[tuple[str, UUID]]) -> Known:
    """By noun and id: the rows that there still are, in the form in which Change keeps old ones. One statement."""
    ids: dict[str, set[UUID]] = {}
    for noun, row_id in wanted:
        ids.setdefault(noun, set()).add(row_id)
    parts: list[str] = []
    arguments: list[Any] = []
    for noun in sorted(ids):
        model = model_of(noun)
        if model is not None and issubclass(model, StudioRow | Studio):
            table = connection.ops.quote_name(model._meta.db_table)
            parts.append(f"SELECT %s, id, (to_jsonb(kept) - %s::text[])::text FROM {table} kept WHERE id = ANY(%s)")  # noqa: S608
            arguments += [noun, list(BULKY), list(ids[noun])]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), arguments)
        return {(noun, row_id): json.loads(row) for noun, row_id, row in cursor.fetchall()}


def model_of(noun: str) -> type[models.Model] | None:
    """The model that the audit calls ``noun``; None for one that is no more."""
    try:
        return apps.get_model(noun)
    except (LookupError, ValueError):
        return None


def secret_columns(model: type[models.Model]) -> frozenset[str]:
    """Columns whose values are nobody's business: that they changed is told, not to what."""
    columns: Any = model._meta.concrete_fields
    return frozenset(each.column for each in columns if isinstance(each, SecretField) or each.column.endswith("_hash"))


class _Slim(models.Func):
    """A recorded row without its bulky columns."""

    template = "(%(expressions)s - ARRAY[{}])".format(", ".join(f"'{column}'" for column in BULKY))
    output_field = JSONField()


def _changes(wanted: Wanted, after: Mark | None, limit: int) -> list[Change]:
    """Changes, each with ``kept`` and ``found``: the row it recorded, and what the next change of the row found."""
    newer = Change.objects.filter(noun=OuterRef("noun"), row_id=OuterRef("row_id"), id__gt=OuterRef("id"))
    changes = wanted.of(Change.objects.defer("row"))
    if wanted.operation:
        changes = changes.filter(operation=wanted.operation)
    changes = changes.annotate(
        kept=_Slim(F("row")),
        found=Subquery(newer.order_by("id").values(slim=_Slim(F("row")))[:1], output_field=JSONField()),
    )
    return list(_older(changes, after, rank=0)[:limit])


def _moves(wanted: Wanted, after: Mark | None, limit: int) -> list[Move]:
    return list(_older(wanted.of(Move.objects.all()), after, rank=1)[:limit])


def _older(rows: QuerySet[Any], after: Mark | None, *, rank: int) -> QuerySet[Any]:
    """Rows beyond the mark, newest first. The plain bound on ``at`` is what the index is entered with."""
    if after is not None:
        beside = Q(at=after.at, id__lt=after.number) if rank == after.rank else Q(at=after.at)
        at_once = Q(at__lt=after.at) | beside if rank <= after.rank else Q(at__lt=after.at)
        rows = rows.filter(at_once, at__lte=after.at)
    return rows.order_by("-at", "-id")


def _mark(each: Any) -> Mark:
    return Mark(each.at, int(isinstance(each, Move)), each.pk)


def _told(shown: list[Change | Move], now: Known) -> Iterable[Entry]:
    sides = PersonalText.objects.told([_sides(each, now) for each in shown])
    for each, (before, after) in zip(shown, sides, strict=True):
        if isinstance(each, Change):
            before, after = _changed(model_of(each.noun), before, after)
        yield Entry(
            mark=_mark(each),
            noun=each.noun,
            row_id=each.row_id,
            operation=MOVE if isinstance(each, Move) else each.operation,
            person_id=each.person_id,
            door=each.door,
            before=before,
            after=after,
            why=each.why if isinstance(each, Move) else "",
        )


def _sides(each: Any, now: Known) -> list[Row]:
    """The row before and after, as it was recorded. After an update it is what the next change found, or is now."""
    if isinstance(each, Move):
        return [{"state": each.from_state} if each.from_state else {}, {"state": each.to_state}]
    if each.operation == "insert":
        return [{}, each.kept]
    if each.operation == "delete":
        return [each.kept, {}]
    return [each.kept, each.found or now.get((each.noun, each.row_id), each.kept)]


def _changed(model: type[models.Model] | None, before: Row, after: Row) -> tuple[Row, Row]:
    """What differs, with secrets told as such. A column that is empty on both sides is no difference."""
    columns = [
        column
        for column in (before | after)
        if column not in _SILENT and _or_none(before.get(column)) != _or_none(after.get(column))
    ]
    return _told_openly(model, columns, before), _told_openly(model, columns, after)


def _told_openly(model: type[models.Model] | None, columns: Iterable[str], row: Mapping[str, Any]) -> Row:
    """The ``columns`` of a recorded row as everybody who reads the audit may know them, page, sheet and API alike."""
    secrets = secret_columns(model) if model else frozenset()
    addresses = _address_columns(model) if model else frozenset()
    told = {column: row[column] for column in columns if column in row}
    for column, value in told.items():
        if value and column in secrets:
            told[column] = SECRET
        elif value and column in addresses:
            told[column] = without_secrets(value)
    return told


def _address_columns(model: type[models.Model]) -> frozenset[str]:
    columns: Any = model._meta.concrete_fields
    return frozenset(str(each.column) for each in columns if isinstance(each, models.URLField))


def _or_none(value: Any) -> Any:
    return None if value in ("", [], {}) else value
