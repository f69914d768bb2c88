"""Purging studios whose time is over: their files, their rows, their history; one line of evidence is left.

Every step is a short one, and doing one again changes nothing: a purge that was killed goes on at the next tick.
"""

import logging
from graphlib import TopologicalSorter
from uuid import UUID

from django.db import connection

from cms.leaving import files
from studios.erasing import erase_account
from studios.models import Purge, User

log = logging.getLogger(__name__)

_ROWS_AT_ONCE = 2_000
_STUDIO, _HISTORY = "studios_studio", "studios_change"

_TABLES = """
SELECT kept.relname FROM pg_class kept JOIN pg_namespace space ON space.oid = kept.relnamespace
WHERE space.nspname = 'public' AND kept.relkind IN ('r', 'p') AND EXISTS (
    SELECT FROM pg_attribute field
    WHERE field.attrelid = kept.oid AND field.attname = 'studio_id' AND NOT field.attisdropped)
"""
_REFERENCES = """
SELECT DISTINCT child.relname, parent.relname FROM pg_constraint bond
JOIN pg_class child ON child.oid = bond.conrelid JOIN pg_class parent ON parent.oid = bond.confrelid
WHERE bond.contype = 'f' AND bond.conrelid <> bond.confrelid
"""


def purge_everything_due() -> None:
    """Purge all studios that are closing and whose time is over. One that fails keeps no other one waiting."""
    for studio_id in _rows("SELECT octavo_studios_to_purge()"):
        try:
            purge(studio_id)
        except Exception:
            log.exception("The purge of studio %s was interrupted; it goes on at the next tick.", studio_id)


def purge(studio_id: UUID) -> None:
    """Delete all that the studio has, and go on where an earlier try has stopped. Nothing, where it is not due."""
    _run("SELECT octavo_begin_purge(%s)", studio_id)
    going_on = Purge.objects.filter(whose=studio_id, ended_at=None).first()
    if going_on is None:
        return
    for deleted in files.erase(studio_id):
        _run("SELECT octavo_note_purged_files(%s, %s)", studio_id, deleted)
    for table in in_order():
        while _rows("SELECT octavo_purge_rows(%s, %s, %s)", studio_id, table, _ROWS_AT_ONCE)[0]:
            log.info("Purging studio %s: %s", studio_id, table)
    for person in User.objects.filter(pk__in=going_on.people, erased_at=None, is_platform=False):
        if not person.workplaces():
            erase_account(person, by=None)
    _run("SELECT octavo_end_purge(%s)", studio_id)


def in_order() -> list[str]:
    """The studios' tables as the catalog has them: whatever refers to another first, history and studio last."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = {row[0] for row in cursor.fetchall()}
        cursor.execute(_REFERENCES)
        references = cursor.fetchall()
    order: TopologicalSorter[str] = TopologicalSorter({table: () for table in sorted(tables)})
    for child, parent in sorted(references):
        if {child, parent} <= tables:
            order.add(parent, child)
    rows = [table for table in order.static_order() if table != _HISTORY]
    return [*rows, _HISTORY, _STUDIO]


def _run(query: str, *arguments: str | int | UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)


def _rows(query: str, *arguments: str | int | UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return [row[0] for row in cursor.fetchall()]
