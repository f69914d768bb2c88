"""Our copy of what the studio offers, brought up to date by following a cursor."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .feed import Feed, Page, Refused

Entry = dict[str, Any]


@dataclass
class Replica:
    """The newest entry of every series and episode by id, deletes included: they keep old news from coming back.

    ``cursor`` says how far we have read, and belongs to exactly these entries: keep both in one transaction.
    ``etag`` stands for the last page, where that page said that nothing is new.
    """

    cursor: str = ""
    etag: str = ""
    entries: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Replica":
        return cls(**json.loads(path.read_text())) if path.exists() else cls()

    def write(self, path: Path) -> None:
        write_whole(path, asdict(self))

    def live(self) -> dict[str, Entry]:
        """What may be shown now: all that was not deleted."""
        return {id_: entry for id_, entry in self.entries.items() if entry["operation"] == "upsert"}

    def apply(self, page: Page) -> None:
        """Applying a page twice, or an older page late, changes nothing."""
        for entry in page.entries:
            known = self.entries.get(entry["id"])
            if known is None or _order(entry) >= _order(known):
                self.entries[entry["id"]] = entry
        self.etag = page.etag if page.next_cursor == self.cursor else ""
        self.cursor = page.next_cursor


def _order(entry: Entry) -> tuple[int, bool]:
    """Newer entries have higher sequences; an upsert whose window has ended comes again as a delete of the same."""
    return entry["sequence"], entry["operation"] == "delete"


def brought_up_to_date(replica: Replica, feed: Feed) -> Replica:
    """``replica`` and everything that was new; read from nothing where the feed has begun anew (410).

    ``replica`` itself stays what it was. Raises Refused, OSError and HTTPException.
    """
    try:
        return _followed(replace(replica, entries=dict(replica.entries)), feed)
    except Refused as reason:
        if reason.status != 410:
            raise
    return _followed(Replica(), feed)


def _followed(replica: Replica, feed: Feed) -> Replica:
    """Read from where ``replica`` stands to the end of the feed."""
    has_more = True
    while has_more:
        page = feed.changes(replica.cursor, etag=replica.etag)
        if page is None:
            break
        if page.has_more and page.next_cursor == replica.cursor:
            raise ValueError("there is more, and yet the cursor stands still")
        replica.apply(page)
        has_more = page.has_more
    return replica


def write_whole(path: Path, content: Any) -> None:
    """Write JSON so that whoever reads ``path`` finds the old or the new content, and never half of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=1))
    os.replace(beside, path)
