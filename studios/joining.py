"""Joining a studio: an owner invites a person, who accepts through the link of the invitation; and leaving it.

The link stands for the invitation alone: whoever has an account signs in to it as always, and only the person with the
invited address may accept.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.models import Invitation, Membership, Studio, User
from studios.models.invitation import hash_of
from studios.roles import Role
from studios.scope import scope


class AlreadyMember(Exception):
    """The person works in this studio already."""


class AlreadyInvited(Exception):
    """There is an open invitation for this address."""


class LinkSpent(Exception):
    """The invitation was accepted, withdrawn, has lapsed, or never was; or its studio takes nobody in now."""

    def __init__(self) -> None:
        super().__init__(
            _("This invitation was used, was withdrawn or has expired. Ask the studio's owner for a new one.")
        )


class OthersInvitation(Exception):
    """The invitation is for another address than that of whoever would accept it."""


class HasAccount(Exception):
    """Somebody with the invited address has an account, and has to sign in to it."""


class LastOwner(Exception):
    """A studio without an owner could never be managed again."""


@dataclass(frozen=True)
class Offer:
    """What the page behind a link shows: who is invited where, as what, by whom."""

    studio: Studio
    email: str
    name: str
    roles: list[str]
    invited_by: User | None
    has_account: bool


def invite(
    *, email: str, name: str, roles: Sequence[str], languages: Sequence[str] = (), by: User | None
) -> tuple[Invitation, str]:
    """Invite a person to the studio of the scope; returns the invitation and the secret of its link.

    Whether the address has an account makes no difference. Raises AlreadyMember, AlreadyInvited.
    """
    forget_lapsed()
    refuse_if_here(email)
    try:
        with transaction.atomic():
            return Invitation.make(email=email, name=name, roles=roles, languages=languages, by=by)
    except IntegrityError:  # somebody else was quicker by a moment
        raise _already_invited() from None


def refuse_if_here(email: str) -> None:
    """Raises AlreadyMember or AlreadyInvited for an address that need not be invited."""
    member = Membership.objects.current().select_related("user").filter(user__email=email.lower()).first()
    if member is not None:
        raise AlreadyMember(_("%(person)s is a member already.") % {"person": member})
    if Invitation.objects.open().filter(email=email.lower()).exists():
        raise _already_invited()


def _already_invited() -> AlreadyInvited:
    return AlreadyInvited(_("This address has an open invitation. You can send it again, or withdraw it."))


def send_again(invitation: Invitation) -> str:
    """The secret of a new link, with a new term; the old link is void. Raises LinkSpent."""
    secret, columns = Invitation.new_link()
    if not Invitation.objects.open().filter(pk=invitation.pk).update(**columns):
        raise LinkSpent
    return secret


def withdraw(invitation: Invitation) -> None:
    """Raises LinkSpent where there is nothing to withdraw any more."""
    if not Invitation.objects.open().filter(pk=invitation.pk).end(withdrawn_at=timezone.now()):
        raise LinkSpent


def withdraw_those_of(person: User) -> None:
    """End the open invitations that ``person`` made in the studio of the scope: they know the links, perhaps."""
    Invitation.objects.open().filter(invited_by=person).end(withdrawn_at=timezone.now())


def forget_lapsed() -> None:
    """End those invitations of the scope's studio that can be accepted no more: nothing is kept of those people."""
    Invitation.objects.lapsed().end(withdrawn_at=timezone.now())


def offer_of(secret: str) -> Offer:
    """What the link offers. Looking changes nothing (mail programs open links too). Raises LinkSpent."""
    with _held(secret) as invitation:
        return Offer(
            studio=invitation.studio,
            email=invitation.email,
            name=invitation.name,
            roles=invitation.roles,
            invited_by=invitation.invited_by,
            has_account=User.objects.filter(email=invitation.email).exists(),
        )


def accept(secret: str, *, by: User) -> Membership:
    """Join with the account that has the invited address. Raises LinkSpent, OthersInvitation."""
    with _held(secret, person=by.pk) as invitation:
        if by.email != invitation.email:
            raise OthersInvitation(_("This invitation is for another person than the one who is signed in here."))
        return _join(invitation, by)


def accept_as_newcomer(secret: str, *, name: str, password: str, language: str) -> Membership:
    """Make an account with the invited address, and join with it. Raises LinkSpent, HasAccount."""
    identity = new_id()
    with _held(secret, person=identity) as invitation:
        if User.objects.filter(email=invitation.email).exists():
            raise HasAccount(_("There is an account with this address. Sign in to it first."))
        person = User.objects.create_user(
            invitation.email,
            password,
            id=identity,
            name=name,
            language=language,
            time_zone=invitation.studio.time_zone,
        )
        return _join(invitation, person)


@contextmanager
def _held(secret: str, *, person: Any = None) -> Iterator[Invitation]:
    """The open invitation of a link, locked, in the scope of its studio: of two who accept, one comes second."""
    studio_id = Invitation.studio_of(secret)
    if studio_id is None:
        raise LinkSpent
    with scope(studio_id, person=person, door="admin"):
        open_ones = Invitation.objects.open().select_for_update(of=("self",)).select_related("studio", "invited_by")
        invitation = open_ones.filter(secret_hash=hash_of(secret)).first()
        if invitation is None:
            raise LinkSpent
        yield invitation


def _join(invitation: Invitation, person: User) -> Membership:
    """A membership that had ended begins again, with what is offered now."""
    offered = {"roles": invitation.roles, "languages": invitation.languages, "ends_at": None, "why": ""}
    membership, _made = Membership.objects.update_or_create(user=person, defaults=offered)
    Invitation.objects.filter(pk=invitation.pk).end(accepted_at=timezone.now())
    return membership


def give_roles(membership: Membership, *, roles: Sequence[str], languages: Sequence[str]) -> None:
    """Change what a member may do. Raises LastOwner."""
    if Role.OWNER not in roles:
        leave_an_owner(membership)
    membership.roles, membership.languages = list(roles), list(languages)
    membership.save(update_fields=["roles", "languages"])


def end(membership: Membership) -> None:
    """The person no longer works here, from their next request on; whom they invited is awaited no more.

    Raises LastOwner.
    """
    leave_an_owner(membership)
    withdraw_those_of(membership.user)
    membership.delete()


def leave_an_owner(membership: Membership) -> None:
    """Refuse if ``membership`` is the only owner's. Owners are locked: two of them cannot leave at the same moment.

    Raises LastOwner.
    """
    owners = Membership.objects.select_for_update().filter(roles__contains=[Role.OWNER]).order_by("id")
    if {owner.pk for owner in owners} == {membership.pk}:
        raise LastOwner(_("%(person)s is the only owner. Make somebody else an owner first.") % {"person": membership})
