"""The people of a studio: its members, and whoever else its rows name. Passwords and second factors never leave."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import connection

from cms.leaving.tables import tables
from studios.models import Membership, User


@dataclass(frozen=True)
class Figure:
    """A person as an export knows them; ``email`` is empty for somebody who is no member (any more)."""

    id: str
    name: str
    email: str
    member: bool

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def people(studio_id: UUID) -> Iterator[Figure]:
    """In order of their ids. Needs the studio's scope."""
    members = set(Membership.objects.filter(ends_at=None).values_list("user_id", flat=True))
    for user in User.objects.filter(pk__in=members | _named(studio_id)).order_by("id").only("id", "name", "email"):
        is_member = user.pk in members
        yield Figure(str(user.pk), user.name, user.email if is_member else "", is_member)


def _named(studio_id: UUID) -> set[UUID]:
    """The ids of all accounts that a row of the studio names."""
    named: set[UUID] = set()
    with connection.cursor() as cursor:
        for table in tables():
            for column in table.of_people:
                cursor.execute(
                    f"SELECT DISTINCT {column} FROM {table.name}"  # noqa: S608
                    f" WHERE {table.studio_column} = %s AND {column} IS NOT NULL",
                    [studio_id],
                )
                named |= {row[0] for row in cursor.fetchall()}
    return named
