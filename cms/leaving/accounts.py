"""The accounts of people who come with a studio. An id is a person, an address is not: no account is taken over."""

from dataclasses import dataclass, field
from uuid import UUID

from cms.leaving.people import Figure
from studios.models import User


@dataclass
class Accounts:
    """What became of the people of an import, by id."""

    known: list[UUID] = field(default_factory=list)
    #: New ones, who choose a password through a letter.
    made: list[UUID] = field(default_factory=list)
    #: Members whose address belongs to another account here, with that address.
    invited: dict[UUID, str] = field(default_factory=dict)
    #: People whom history names, and who are no members: nobody signs in as them.
    past: list[UUID] = field(default_factory=list)


def settle(people: list[Figure]) -> Accounts:
    """Find or make an account for each. One whose address is taken gets an account that nobody signs in to."""
    accounts = Accounts()
    known = set(User.objects.filter(pk__in=[person.id for person in people]).values_list("pk", flat=True))
    for person in people:
        identity, email = UUID(person.id), person.email.lower()
        if identity in known:
            accounts.known.append(identity)
        elif not person.member or not email:
            _make(identity, person.name)
            accounts.past.append(identity)
        elif User.objects.filter(email=email).exists():
            _make(identity, person.name)
            accounts.invited[identity] = email
        else:
            User.objects.create_user(email, None, id=identity, name=person.name)
            accounts.made.append(identity)
    return accounts


def _make(identity: UUID, name: str) -> None:
    """Somebody whom rows name, with an address that nobody has."""
    User.objects.create_user(f"came-{identity}@imported.invalid", None, id=identity, name=name, is_active=False)
