"""Warning of what runs out: two weeks and three days ahead, each once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy as _

from studios.models import Notice, Studio, StudioKey, User
from studios.notices import members_who_may, tell
from studios.roles import Action
from studios.scope import scope

#: How long before the end people are told, the longest first.
AHEAD = (timedelta(days=14), timedelta(days=3))


def warn_of_studio_keys(at: datetime) -> None:
    """Tell whoever manages keys of those that run out, in all studios. Opens its own scopes."""
    for studio_id in Studio.every_id():
        with scope(studio_id, door="worker"):
            keys = StudioKey.objects.live().filter(expires_at__range=(at, at + AHEAD[0]))
            sentence = _("The API key %(row)s (%(name)s) expires on %(end)s: make another one and let it take over.")
            warn(((key, key.expires_at, {"name": key.name}) for key in keys), Action.MANAGE_KEYS, sentence, at=at)


def warn(
    ending: Iterable[tuple[models.Model, datetime | None, dict[str, Any]]],
    action: Action,
    sentence: Any,
    *,
    at: datetime,
) -> None:
    """Tell everybody who may do ``action`` of rows and when they end, unless they were told since this warning is due.

    ``sentence`` has ``%(row)s``, ``%(end)s`` and the words that come with the row.
    """
    untold = [(row, end, words) for row, end, words in ending if end is not None and not _was_told(row, end, at)]
    people = members_who_may(action) if untold else []
    for row, end, words in untold:
        for person in people:
            tell(person, Notice.Kind.EXPIRY, row, sentence, end=_day_of(end, person), **words)


def ends_soon(end: datetime | None, at: datetime) -> bool:
    """Whether it is time to warn of this end."""
    return end is not None and at <= end < at + AHEAD[0]


def _was_told(row: models.Model, end: datetime, at: datetime) -> bool:
    begun = max(end - ahead for ahead in AHEAD if end - ahead <= at)
    return Notice.objects.filter(kind=Notice.Kind.EXPIRY, row_id=row.pk, at__gte=begun).exists()


def _day_of(end: datetime, person: User) -> str:
    with translation.override(person.language):
        return formats.date_format(timezone.localtime(end, person.zone()).date(), "DATE_FORMAT")
