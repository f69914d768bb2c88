"""Mailing notices: at once, or once a day in a digest, as each person wishes; never the same one twice.

A notice is taken by setting ``mailed_at`` before its mail goes out, and given back where the mail server refuses it.
What a process that dies in between had taken is not mailed: it still stands in the inbox.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studios.lines import one_line
from studios.models import Membership, Notice, Studio, User
from studios.models.notice import Pace
from studios.scope import scope

#: Of what could not be mailed for that long the inbox alone tells.
MAILED_WITHIN = timedelta(days=2)
DIGEST_AT = time(8)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """Notices of one person in one studio that go out as one mail."""

    person: User
    studio: Studio
    notices: list[Notice]

    def mail(self) -> EmailMessage:
        """In the person's language; the sentences stand as they were written."""
        with translation.override(self.person.language):
            count = len(self.notices)
            many = ngettext("%(count)d notice", "%(count)d notices", count) % {"count": count}
            subject = self.notices[0].sentence if count == 1 else many
            inbox = f"{settings.PUBLIC_ADDRESS}{reverse('admin:inbox')}"
            lines = [f"• {notice.sentence}" for notice in self.notices]
            foot = _("Your inbox: %(address)s\nWhat is mailed to you is said in your settings.") % {"address": inbox}
            return EmailMessage(
                subject=f"[{one_line(self.studio.name)}] {Truncator(one_line(subject)).chars(120)}",
                body="\n\n".join([*lines, foot]),
                to=[self.person.email],
            )


def mail_everything_due(at: datetime) -> int:
    """Send what is due at that instant in all studios; returns how many mails went out. Opens its own scopes."""
    return sum(_send(letter, at) for studio_id in Studio.every_id() for letter in take(studio_id, at))


def take(studio_id: UUID, at: datetime) -> list[Letter]:
    """Take the notices of a studio that are due, so that nobody else mails them. Opens its own scope."""
    with scope(studio_id, door="worker"):
        waiting = (
            Notice.objects.filter(mailed_at=None, read_at=None, at__gt=at - MAILED_WITHIN, at__lte=at)
            .filter(Q(person__memberships__in=Membership.objects.current()), person__is_active=True)
            .select_related("person")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("person_id", "at", "id")
        )
        due = [notice for notice in waiting if is_due(notice, at)]
        Notice.objects.filter(pk__in=[notice.pk for notice in due]).update(mailed_at=at)
        return _letters(due, Studio.objects.current()) if due else []


def is_due(notice: Notice, at: datetime) -> bool:
    """Whether the person wishes to have it by now: at once, or at the next eight o'clock where they are."""
    pace = notice.pace()
    if pace == Pace.DIGEST:
        return notice.at < _last_digest(notice.person, at)
    return pace == Pace.NOW


def _last_digest(person: User, at: datetime) -> datetime:
    """The newest eight o'clock of the person's days that ``at`` has reached."""
    here = timezone.localtime(at, person.zone())
    today = datetime.combine(here.date(), DIGEST_AT, tzinfo=person.zone())
    return today if here >= today else datetime.combine(here.date() - timedelta(days=1), DIGEST_AT, person.zone())


def _letters(notices: Iterable[Notice], studio: Studio) -> list[Letter]:
    by_person: dict[UUID, list[Notice]] = {}
    for notice in notices:
        by_person.setdefault(notice.person_id, []).append(notice)
    return [Letter(each[0].person, studio, each) for each in by_person.values()]


def _send(letter: Letter, at: datetime) -> bool:
    """Send it, outside of any scope. A mail server that fails costs time: the clock tries again."""
    try:
        get_connection(settings.EMAIL_BACKEND_OF_WORKERS).send_messages([letter.mail()])
    except Exception as reason:
        log.warning("A mail of %s could not be sent (%s); the clock tries again.", letter.studio, reason)
        _give_back(letter, at)
        return False
    return True


def _give_back(letter: Letter, at: datetime) -> None:
    with scope(letter.studio.pk, door="worker"):
        taken = [notice.pk for notice in letter.notices]
        Notice.objects.filter(pk__in=taken, mailed_at=at).update(mailed_at=None)
