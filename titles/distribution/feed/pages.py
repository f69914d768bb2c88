"""One page of changes: composed of stored bytes, known by its ETag before a single body is read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from titles.distribution.bodies import as_text, instant
from titles.distribution.feed.cursors import cursor_at
from titles.distribution.models import FeedEntry, Partner
from titles.distribution.offering import EXPIRED

#: Told of what was taken back a moment ago; the relay then says more exactly why.
WITHDRAWN = "withdrawn"
UPSERT, DELETE = FeedEntry.Operation.UPSERT, FeedEntry.Operation.DELETE


class Line(NamedTuple):
    """An open entry without its body; the fields are columns of FeedEntry."""

    id: int
    sequence: int
    operation: str
    noun: str
    subject_id: UUID
    revision: int
    reason: str
    from_at: datetime
    until_at: datetime | None
    stands: bool

    def read_at(self, at: datetime) -> "Line":
        """The entry as it is to be told at that instant: an upsert past its window, or whose release or grant was
        taken back, is a delete, whoever sleeps."""
        if self.operation == UPSERT and self.until_at is not None and self.until_at <= at:
            return self._replace(operation=DELETE, reason=EXPIRED, from_at=self.until_at)
        if self.operation == UPSERT and not self.stands:
            return self._replace(operation=DELETE, reason=WITHDRAWN)
        return self

    def told_with(self, body: str) -> str:
        """The entry as JSON around ``body``, which is JSON already."""
        head: dict[str, Any] = {
            "sequence": self.sequence,
            "operation": self.operation,
            "kind": self.noun,
            "id": str(self.subject_id),
            "revision": self.revision,
            "effective_at": instant(self.from_at),
        }
        if self.operation == DELETE:
            head["reason"] = self.reason
        return f'{as_text(head)[:-1]},"body":{body}}}'


@dataclass(frozen=True)
class Page:
    """What ``partner`` is told after ``start``."""

    partner: Partner
    start: int
    lines: list[Line]
    has_more: bool

    @classmethod
    def after(cls, sequence: int, *, partner: Partner, limit: int, at: datetime) -> Self:
        """The next ``limit`` entries after ``sequence`` as they read ``at`` that instant; one statement, no bodies."""
        entries = FeedEntry.objects.open().with_standing(at).filter(partner=partner)
        following = entries.after(sequence).values_list(*Line._fields)
        lines = [Line(*columns).read_at(at) for columns in following[: limit + 1]]
        return cls(partner, sequence, lines[:limit], len(lines) > limit)

    def etag(self) -> str:
        """Changes with anything that the page would say: a numbered entry never changes, but its window ends."""
        told = [[line.sequence, line.operation] for line in self.lines]
        content = as_text([self.start, self._next_cursor(), self.has_more, told])
        return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'

    def as_bytes(self) -> bytes:
        """The page as JSON; one statement for the bodies, which go out as they were stored."""
        shown = [line.id for line in self.lines if line.operation == UPSERT]
        bodies = dict(FeedEntry.objects.filter(pk__in=shown).values_list("pk", "body")) if shown else {}
        entries = ",".join(line.told_with(bodies.get(line.id, "null")) for line in self.lines)
        rest = as_text({"has_more": self.has_more, "next_cursor": self._next_cursor()})
        return f'{{"entries":[{entries}],{rest[1:]}'.encode()

    def _next_cursor(self) -> str:
        return cursor_at(self.partner, self.lines[-1].sequence if self.lines else self.start)
