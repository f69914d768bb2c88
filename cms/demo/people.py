"""The sample studio and the people who sign in to it."""

from dataclasses import dataclass

from django.db import transaction

from cms.embedded import home
from studios.keys import new_id
from studios.models import Membership, Studio, User
from studios.roles import Role
from studios.scope import scope

SLUG = "lantern"
#: Short samples pass: two of the three masters last twenty seconds.
LIMITS = {"shortest_ms": 15_000}


@dataclass(frozen=True)
class SignIn:
    role: Role
    email: str
    name: str


SIGN_INS = (
    SignIn(Role.OWNER, "owner@lantern.example", "Mei Lin"),
    SignIn(Role.PRODUCER, "producer@lantern.example", "Daniel Ortega"),
    SignIn(Role.EDITOR, "editor@lantern.example", "Sofia Almeida"),
    SignIn(Role.REVIEWER, "reviewer@lantern.example", "Yuki Tanaka"),
    SignIn(Role.DISTRIBUTOR, "distributor@lantern.example", "Amina Haddad"),
)


@dataclass(frozen=True)
class Company:
    """The sample studio with one person for each role."""

    studio: Studio
    people: dict[Role, User]


def password() -> str:
    """The password of all sample sign-ins, different in every home."""
    return home.secret("demo-sign-in")[:12]


def gather() -> Company:
    """Make the studio and its people, or find them as an earlier run left them."""
    people = {sign_in.role: _user(sign_in) for sign_in in SIGN_INS}
    studio_id = Studio.id_called(SLUG) or new_id()
    with scope(studio_id):
        studio, _made = Studio.objects.get_or_create(
            id=studio_id, defaults={"name": "Lantern Pictures", "slug": SLUG, "media_limits": LIMITS}
        )
        for role, user in people.items():
            Membership.objects.get_or_create(user=user, defaults={"roles": [role]})
    return Company(studio, people)


def _user(sign_in: SignIn) -> User:
    with transaction.atomic():
        known = User.objects.filter(email=sign_in.email).first()
        opens_studios = sign_in.role == Role.OWNER  # as whoever opens an empty desk
        person = {"name": sign_in.name, "is_platform": opens_studios}
        return known or User.objects.create_user(sign_in.email, password(), **person)
