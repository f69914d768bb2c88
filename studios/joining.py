"""Joining a studio: an owner adds a person, who then sets a password through a one-time link.

The link is shown to the owner, not mailed, so it may only ever open an account that belongs to nobody else: with it an
owner could otherwise set the password of somebody who also works for another studio.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from studios.models import Membership, SignInLink, Studio, User
from studios.roles import Role


class AlreadyMember(Exception):
    """The person works in this studio already."""


class OthersAccount(Exception):
    """The account is also somebody else's to vouch for: this studio may not make a sign-in link for it."""


class LastOwner(Exception):
    """A studio without an owner could never be managed again."""


@dataclass(frozen=True)
class Invitation:
    """A new membership, and the secret of its sign-in link: empty for a person who signs in with a password already."""

    membership: Membership
    secret: str


def invite(
    *, email: str, name: str, roles: Sequence[str], languages: Sequence[str] = (), by: User | None
) -> Invitation:
    """Add a person to the studio of the scope. Raises AlreadyMember, OthersAccount."""
    user = account_to_add(email)
    if user is None:
        user = _new_account(email, name, by)
    else:
        _void_links(user)
    membership = Membership.objects.create(user=user, roles=list(roles), languages=list(languages))
    secret = "" if user.has_usable_password() else SignInLink.make(user, by=by)
    return Invitation(membership, secret)


def account_to_add(email: str) -> User | None:
    """The account of a person who may join this studio; None where one has to be made.

    Raises AlreadyMember, OthersAccount.
    """
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        return None
    if Membership.objects.filter(user=user).exists():
        raise AlreadyMember(_("%(person)s is a member already.") % {"person": user})
    if not user.has_usable_password():
        raise OthersAccount(_("This address has a sign-in link from another studio. It has to be used first."))
    return user


def new_link(membership: Membership, *, by: User) -> str:
    """The secret of a new sign-in link for a member who lost the old one or the password. Raises OthersAccount."""
    if membership.user.studio_ids() != [membership.studio_id]:
        raise OthersAccount(
            _("%(person)s also works for another studio and has to sign in with the password.")
            % {"person": membership.user}
        )
    _void_links(membership.user)
    return SignInLink.make(membership.user, by=by)


def give_roles(membership: Membership, *, roles: Sequence[str], languages: Sequence[str]) -> None:
    """Change what a member may do. Raises LastOwner."""
    if Role.OWNER not in roles:
        leave_an_owner(membership)
    membership.roles, membership.languages = list(roles), list(languages)
    membership.save(update_fields=["roles", "languages"])


def end(membership: Membership) -> None:
    """The person no longer works here, from their next request on. Raises LastOwner."""
    leave_an_owner(membership)
    _void_links(membership.user)
    membership.delete()


def leave_an_owner(membership: Membership) -> None:
    """Refuse if ``membership`` is the only owner's. Owners are locked: two of them cannot leave at the same moment.

    Raises LastOwner.
    """
    owners = Membership.objects.select_for_update().filter(roles__contains=[Role.OWNER]).order_by("id")
    if {owner.pk for owner in owners} == {membership.pk}:
        raise LastOwner(_("%(person)s is the only owner. Make somebody else an owner first.") % {"person": membership})


def _new_account(email: str, name: str, by: User | None) -> User:
    """The inviter's language and the studio's time zone are the likeliest; both are the person's to change."""
    return User.objects.create_user(
        email,
        name=name,
        language=by.language if by else "en",
        time_zone=Studio.objects.current().time_zone,
    )


def _void_links(user: User) -> None:
    SignInLink.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
