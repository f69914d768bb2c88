"""What is held about an account: for the person, about everything; for an owner, about one studio."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count

from studios.audit import BULKY, secret_columns
from studios.models import Change, Invitation, Membership, Move, Notice, Studio, StudioRow, User, Workplace
from studios.roles import Role
from studios.scope import scope

#: The newest are listed one by one; how many there are in all is counted.
MOST_LISTED = 1000
#: Kept about a person and of no use to them: it would open something.
_SECRET = frozenset({"password", "data", "session_key", "token", "secret_hash"})


def held_about(user: User, *, may_enter: Callable[[Studio], bool]) -> dict[str, Any]:
    """All that is held about ``user``, as JSON has it. Opens a scope for each of their studios.

    Studios that they may not enter now, because they are suspended or by ``may_enter``, are named and not shown.
    """
    places = user.workplaces()
    held = {place: _held_at(user, place, may_enter) for place in places if not place.is_suspended}
    shown = [each for each in held.values() if each is not None]
    return {
        "profile": _profile(user),
        "sign_ins": _sign_ins(user),
        "studios": shown,
        "not shown": [place.name for place in places if held.get(place) is None],
    }


def held_here(user: User) -> dict[str, Any]:
    """What the studio of the scope holds about ``user``: as a member, and what they did."""
    changes, moves = Change.objects.filter(person=user), Move.objects.filter(person=user)
    return {
        "membership": _membership(user),
        "notices": _listed(Notice.objects.filter(person=user), "at", "kind", "sentence", "noun", "row_id", "read_at"),
        "changes_count": changes.count(),
        "changes_by_kind": dict(changes.values_list("noun").annotate(Count("id")).order_by("noun")),
        "changes": _listed(changes, "at", "operation", "noun", "row_id", "door"),
        "moves_count": moves.count(),
        "moves": _listed(moves, "at", "noun", "row_id", "from_state", "to_state", "why", "door"),
        "named_in": _named_in(user),
    }


def _named_in(user: User) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The rows of the studio that name the person or their membership: by table, then by the column that does."""
    named: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in [user, *Membership.objects.filter(user=user)]:
        relations: Any = row._meta.get_fields(include_hidden=True)
        for relation in relations:
            model: Any = relation.related_model
            if relation.auto_created and issubclass(model, StudioRow) and model not in (Membership, Notice):
                rows = _all_of(model._base_manager.filter(**{relation.field.name: row}))
                named.setdefault(model._meta.label_lower, {})[relation.field.name] = rows
    invitations = _all_of(Invitation.objects.filter(email__iexact=user.email))
    named.setdefault(Invitation._meta.label_lower, {})["email"] = invitations
    told = {table: {column: rows for column, rows in columns.items() if rows} for table, columns in named.items()}
    return {table: columns for table, columns in told.items() if columns}


def _held_at(user: User, place: Workplace, may_enter: Callable[[Studio], bool]) -> dict[str, Any] | None:
    with scope(place.id, person=user, door="admin"):
        if not may_enter(Studio.objects.current()):
            return None
        return {"studio": place.name, **held_here(user)}


def _profile(user: User) -> dict[str, Any]:
    columns = ("id", "name", "email", "language", "time_zone", "notices", "joined_at", "last_login")
    return {column: _plain(getattr(user, column)) for column in columns}


def _membership(user: User) -> dict[str, Any] | None:
    membership = Membership.objects.filter(user=user).first()
    if membership is None:
        return None
    return {
        "since": _plain(membership.created_at),
        "until": _plain(membership.ends_at),
        "roles": [Role(role).value for role in membership.roles],
        "languages": membership.languages,
    }


def _sign_ins(user: User) -> dict[str, list[dict[str, Any]]]:
    """What other apps keep about the account, by the name of the table: addresses, second factors, sign-ins."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for relation in user._meta.related_objects:
        model: Any = relation.related_model
        if not issubclass(model, StudioRow | Change | Move):
            kept[model._meta.label_lower] = _all_of(model._base_manager.filter(**{relation.field.name: user}))
    if apps.is_installed("axes"):
        log = apps.get_model("axes", "AccessLog")
        kept[log._meta.label_lower] = _all_of(log._base_manager.filter(username__iexact=user.email))
    return {table: rows for table, rows in kept.items() if rows}


def _all_of(rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
    """Whole rows, without their secrets and without what fills pages."""
    left_out = {*_SECRET, *BULKY, *secret_columns(rows.model)}
    columns = [field.attname for field in rows.model._meta.concrete_fields if field.attname not in left_out]
    newest = rows.order_by("-pk").values(*columns)[:MOST_LISTED]
    return [{column: _plain(value) for column, value in row.items()} for row in newest]


def _listed(rows: models.QuerySet[Any], *columns: str) -> list[dict[str, Any]]:
    """The newest, one by one."""
    newest = rows.order_by("-at", "-id").values(*columns)[:MOST_LISTED]
    return [{column: _plain(value) for column, value in row.items()} for row in newest]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
