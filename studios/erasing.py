"""Erasing an account: what refers to it refers to a pseudonym, and history stays what it is.

The row of the account stays, because moves and changes refer to it. What people typed is theirs and is not touched,
whoever is named in it: names are chosen by those who bear them, and to replace them would be to rewrite others' words.
"""

from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils.translation import gettext as _

from studios.joining import LastOwner, end
from studios.models import Change, Membership, Move, StudioRow, User
from studios.scope import all_or_nothing, scope

#: What axes remembers of people who signed in, or tried to, by the address they wrote.
_ATTEMPTS = ("AccessAttempt", "AccessFailureLog", "AccessLog")


class SoleOwner(Exception):
    """A studio of theirs would be left without an owner."""


def erase_account(user: User, *, by: Any) -> User:
    """End every membership of ``user``, withdraw what they are invited to, and leave a pseudonym, for good.

    Opens its own scopes, in one transaction: all of it happens or nothing. Raises SoleOwner.
    """
    with all_or_nothing():
        _refuse_sole_owner(user)
        for place in user.workplaces():
            with scope(place.id, person=by, door="admin"):
                _leave(user)
        _end_sessions(user)
        _forget_sign_ins(user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_erase_account(%s)", [user.pk])
        user.refresh_from_db()
        user.set_unusable_password()
        user.last_login = None
        user.save(update_fields=["password", "last_login"])
    return user


def _leave(user: User) -> None:
    for membership in Membership.objects.filter(user=user):
        try:
            end(membership)
        except LastOwner as reason:  # the other owner was quicker by a moment
            raise SoleOwner(str(reason)) from None


def _refuse_sole_owner(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT octavo_sole_owner_in(%s)", [user.pk])
        alone_in = {row[0] for row in cursor.fetchall()}
    if alone_in:
        names = ", ".join(sorted(place.name for place in user.workplaces() if place.id in alone_in))
        raise SoleOwner(
            _("%(person)s is the only owner of %(studios)s. Make somebody else an owner first.")
            % {"person": user, "studios": names}
        )


def _end_sessions(user: User) -> None:
    """Sessions say inside alone whose they are, so every one is looked into; there are as many as signed-in people."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _forget_sign_ins(user: User) -> None:
    """Delete what other apps keep about the account: addresses, second factors, sign-ins, wrong passwords."""
    for relation in user._meta.related_objects:
        model: Any = relation.related_model
        if not issubclass(model, StudioRow | Change | Move):
            model._base_manager.filter(**{relation.field.name: user}).delete()
    if apps.is_installed("axes"):
        for name in _ATTEMPTS:
            attempts: type[models.Model] = apps.get_model("axes", name)
            attempts._base_manager.filter(username__iexact=user.email).delete()
