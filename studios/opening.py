"""The first studio of an installation and its owner: made once, by whoever opens the empty desk."""

from django.db import connection
from django.utils.text import slugify
from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.models import Membership, Studio, User
from studios.roles import Role
from studios.scope import scope

#: Any number will do, as long as nothing else takes an advisory lock of this number.
_OPENING = 0x0C7A_0001


class AlreadyOpen(Exception):
    """Somebody has made the first studio before; people join by an owner's invitation from now on."""


def is_open() -> bool:
    """Whether anybody can sign in at all."""
    return User.objects.exists()


def open_first_studio(
    *, studio_name: str, name: str, email: str, password: str, language: str = "en", time_zone: str = "UTC"
) -> User:
    """Make the studio and return its owner, who is platform staff too.

    Of two people doing so at once, one is refused with AlreadyOpen.
    """
    identity = new_id()
    with scope(identity, door="admin"):
        _one_at_a_time()
        if is_open():
            raise AlreadyOpen(_("This desk has its first studio already. Sign in, or ask its owner to add you."))
        person = {"name": name, "language": language, "time_zone": time_zone}
        owner = User.objects.create_user(email, password, is_platform=True, **person)
        Studio.objects.create(id=identity, name=studio_name, slug=slugify(studio_name) or "studio", time_zone=time_zone)
        Membership.objects.create(user=owner, roles=[Role.OWNER])
    return owner


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OPENING])
