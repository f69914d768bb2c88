"""The only door to a studio's rows.

``with scope(studio):`` opens a short transaction and tells PostgreSQL which studio it is for; row-level security
does the rest. A query on tenant rows outside a scope is an error, never an empty answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, transaction

_studio: ContextVar[UUID | None] = ContextVar("studio", default=None)
_together: ContextVar[bool] = ContextVar("together", default=False)


class NoScope(Exception):
    """A studio's row was made outside ``with scope(studio)``."""


class OtherScope(Exception):
    """A scope of one studio was opened inside a scope of another."""


def current_studio() -> UUID:
    """Return the id of the studio whose scope this is."""
    studio = _studio.get()
    if studio is None:
        raise NoScope("Work on a studio's rows stands inside `with scope(studio):`.")
    return studio


@contextmanager
def scope(studio: Any, *, person: Any = None, door: str = "command") -> Iterator[None]:
    """Open a short transaction on the rows of ``studio`` (a Studio or its id).

    ``person`` (a User, its id or None) and ``door`` ("admin", "api", "worker", "import", "command") are what the
    audit records. Inside a scope of the same studio it is a savepoint that keeps the outer person and door.
    Raises OtherScope inside another studio's. Hold no scope over ffmpeg, a socket or a wait.
    """
    wanted = studio if isinstance(studio, UUID) else studio.pk
    outer = _studio.get()
    if outer is not None:
        if outer != wanted:
            raise OtherScope(f"This is a scope of studio {outer}; studio {wanted} needs one of its own.")
        with transaction.atomic():
            yield
        return
    inside = connection.in_atomic_block  # only all_or_nothing, or a test case, is already inside a transaction
    with transaction.atomic(durable=not _together.get()):
        _tell_database(str(wanted), str(getattr(person, "pk", person) or ""), door)
        token = _studio.set(wanted)
        try:
            yield
        finally:
            _studio.reset(token)
            if inside and not connection.needs_rollback:
                _tell_database("", "", "")  # a transaction-local setting outlives a released savepoint


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One transaction around the scopes of several studios, one after another: for what concerns a person in all."""
    with transaction.atomic(durable=True):
        token = _together.set(True)
        try:
            yield
        finally:
            _together.reset(token)


def _tell_database(studio: str, person: str, door: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('octavo.studio', %s, true), set_config('octavo.person', %s, true),"
            " set_config('octavo.door', %s, true)",
            [studio, person, door],
        )
