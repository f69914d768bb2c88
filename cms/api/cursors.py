"""Cursors: opaque, signed, and good for one list of one studio."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer

from studios.audit import Mark
from studios.scope import current_studio
from titles.distribution.feed.refusals import BadCursor

_signer = Signer(sep=".", salt="cms.api.cursor")


def cursor_at(listed: str, *place: Any) -> str:
    """The cursor of whoever has read the list called ``listed`` up to ``place``."""
    return _signer.sign_object([str(current_studio()), listed, *place])


def place_of(cursor: str, listed: str) -> list[Any]:
    """What ``cursor`` says; empty without one. Raises BadCursor for one of another list or studio."""
    if not cursor:
        return []
    try:
        studio, of_list, *place = _signer.unsign_object(cursor)
    except (BadSignature, ValueError):
        raise BadCursor from None
    if (studio, of_list) != (str(current_studio()), listed):
        raise BadCursor
    return place


def id_of(cursor: str, listed: str) -> UUID | None:
    return next((UUID(place) for place in place_of(cursor, listed)), None)


def mark_of(cursor: str, listed: str) -> Mark | None:
    place = place_of(cursor, listed)
    return Mark(datetime.fromisoformat(place[0]), place[1], place[2]) if place else None
