"""One page of changes: composed of stored bytes, known by its ETag before a single body is read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from titles.distribution.bodies import as_text, instant
from titles.distribution.feed.cursors import cursor_at
from titles.distribution.models import FeedEntry, Partner
from titles.distribution.offering import EXPIRED

UPSERT, DELETE = FeedEntry.Operation.UPSERT, FeedEntry.Operation.DELETE


@dataclass(frozen=True)
class Page:
    """Open entries of ``partner`` after ``start``, as they are to be read ``at`` this instant."""

    partner: Partner
    start: int
    entries: list[FeedEntry]
    has_more: bool
    at: datetime

    @classmethod
    def after(cls, sequence: int, *, partner: Partner, limit: int, at: datetime) -> Self:
        """The next ``limit`` entries after ``sequence``; one statement, and no bodies."""
        following = FeedEntry.objects.open().filter(partner=partner).after(sequence).defer("body")[: limit + 1]
        entries = list(following)
        return cls(partner, sequence, entries[:limit], len(entries) > limit, at)

    def etag(self) -> str:
        """Changes with anything that the page would say: a numbered entry never changes, but its window ends."""
        told = [[entry.sequence, self._operation(entry)] for entry in self.entries]
        content = as_text({"partner": self._next_cursor(), "start": self.start, "more": self.has_more, "told": told})
        return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'

    def as_bytes(self) -> bytes:
        """The page as JSON; one statement for the bodies, which go out as they were stored."""
        shown = [entry.pk for entry in self.entries if self._operation(entry) == UPSERT]
        bodies = dict(FeedEntry.objects.filter(pk__in=shown).values_list("pk", "body")) if shown else {}
        entries = ",".join(self._told(entry, bodies.get(entry.pk, "null")) for entry in self.entries)
        rest = as_text({"has_more": self.has_more, "next_cursor": self._next_cursor()})
        return f'{{"entries":[{entries}],{rest[1:]}'.encode()

    def _next_cursor(self) -> str:
        return cursor_at(self.partner, self.entries[-1].sequence if self.entries else self.start)

    def _operation(self, entry: FeedEntry) -> str:
        return DELETE if entry.is_past(self.at) else entry.operation

    def _told(self, entry: FeedEntry, body: str) -> str:
        past = entry.is_past(self.at)
        head: dict[str, Any] = {
            "sequence": entry.sequence,
            "operation": self._operation(entry),
            "kind": entry.noun,
            "id": str(entry.subject_id),
            "revision": entry.revision,
            "effective_at": instant(entry.until_at if past else entry.from_at),
        }
        if head["operation"] == DELETE:
            head["reason"] = EXPIRED if past else entry.reason
        return f'{as_text(head)[:-1]},"body":{body}}}'
