"""What platform staff do: open, suspend and resume studios, and work in one for an hour, for a reason all can read.

Nothing here reads what is in a studio. Whoever has to look into one becomes a member for an hour like any other, with
a role: the audit has it, the studio's owners are told, and any of them ends it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.joining import withdraw_those_of
from studios.keys import new_id
from studios.models import Membership, Notice, Studio, User
from studios.models.studio import StudioState
from studios.notices import members_who_may, tell_all
from studios.roles import Action, Role
from studios.scope import scope

VISIT_LASTS = timedelta(hours=1)
#: Nobody makes themselves an owner, who could ask them to stay; and a guest would see nothing.
VISITORS_ROLES = tuple(role for role in Role if role not in (Role.OWNER, Role.GUEST))

R = TypeVar("R")


class NotPlatform(Exception):
    """Only platform staff may do this."""


class NameTaken(Exception):
    """Another studio has this short name already."""


class NoStudio(Exception):
    """There is no such studio, or it is not at work."""


class WorksHere(Exception):
    """The person is a member of this studio anyway."""


@dataclass(frozen=True)
class StudioCard:
    """What platform staff see of a studio."""

    id: UUID
    name: str
    slug: str
    state: str
    created_at: datetime
    since: datetime
    members: int

    def get_state_display(self) -> str:
        return str(StudioState(self.state).label)

    @property
    def is_active(self) -> bool:
        return self.state == StudioState.ACTIVE

    @property
    def is_suspended(self) -> bool:
        return self.state == StudioState.SUSPENDED


def studios_for(person: User) -> list[StudioCard]:
    """Every studio of the installation, by name; none for a person who is not platform staff."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM octavo_studios_for_platform(%s)", [person.pk])
        return [StudioCard(*row) for row in cursor.fetchall()]


def studio_for(person: User, studio_id: UUID) -> StudioCard:
    """Raises NoStudio."""
    card = next((each for each in studios_for(person) if each.id == studio_id), None)
    if card is None:
        raise NoStudio(_now("There is no such studio."))
    return card


def open_studio(*, name: str, slug: str, time_zone: str, by: User, then: Callable[[], R]) -> R:
    """Make a studio and do ``then`` in its scope: invite the first owner. Raises NotPlatform, NameTaken."""
    _refuse_others(by)
    identity = new_id()
    try:
        with scope(identity, person=by, door="admin"):
            Studio.objects.create(id=identity, name=name, slug=slug, time_zone=time_zone)
            return then()
    except IntegrityError as reason:
        if "slug" in str(reason):
            raise NameTaken(_now("Another studio has the short name “%s” already.") % slug) from None
        raise


def suspend(studio_id: UUID, *, by: User, why: str) -> Studio:
    """Nobody reaches the studio from now on: no person, no key, no worker, no player. Raises NotPlatform, MovedOn."""
    return _move(studio_id, StudioState.ACTIVE, StudioState.SUSPENDED, by=by, why=why)


def resume(studio_id: UUID, *, by: User) -> Studio:
    """Everything goes on where it stopped. Raises NotPlatform, MovedOn."""
    return _move(studio_id, StudioState.SUSPENDED, StudioState.ACTIVE, by=by)


def _move(studio_id: UUID, expected: str, new: str, *, by: User, why: str = "") -> Studio:
    card = _card_of(studio_id, by)
    with scope(card.id, person=by, door="admin"):
        return Studio.objects.current().move(expected, new, by=by, why=why)


def work_as(studio_id: UUID, *, person: User, role: str, why: str) -> Membership:
    """Make ``person`` a member with ``role`` for an hour; a visit that still lasts is replaced, and owners are told.

    Raises NotPlatform, NoStudio, WorksHere.
    """
    card = _card_of(studio_id, person)
    if not card.is_active:
        raise NoStudio(_now("%s is not at work: resume it first.") % card.name)
    if role not in VISITORS_ROLES:
        raise ValueError(f"Nobody works as {role}.")
    with scope(card.id, person=person, door="admin"):
        for before in Membership.objects.filter(user=person):
            if not before.is_visit:
                raise WorksHere(_now("You are a member of %s: you have roles of your own there.") % card.name)
            before.delete()
        visit = Membership.objects.create(user=person, roles=[role], ends_at=timezone.now() + VISIT_LASTS, why=why)
        _tell_owners(visit)
    return visit


def appoint(person: User) -> None:
    """Make ``person`` platform staff."""
    User.objects.filter(pk=person.pk).update(is_platform=True)


def dismiss(person: User) -> None:
    """``person`` is platform staff no longer, and leaves wherever they visit."""
    User.objects.filter(pk=person.pk).update(is_platform=False)
    for place in person.workplaces():
        with scope(place.id, door="command"):
            for visit in Membership.objects.filter(user=person).exclude(ends_at=None):
                withdraw_those_of(person)
                visit.delete()


def _tell_owners(visit: Membership) -> None:
    sentence = _("Somebody of the platform's staff works in your studio for an hour: %(why)s")
    owners = members_who_may(Action.MANAGE_MEMBERS)
    tell_all(owners, Notice.Kind.EXPIRY, visit, sentence, by=visit.user, why=visit.why)


def _card_of(studio_id: UUID, person: User) -> StudioCard:
    _refuse_others(person)
    return studio_for(person, studio_id)


def _refuse_others(person: Any) -> None:
    """Whether somebody is of the staff is asked anew: the request may be older than the answer."""
    if not User.objects.filter(pk=person.pk, is_platform=True, is_active=True).exists():
        raise NotPlatform(_now("Only platform staff may do this."))
