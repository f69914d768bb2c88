"""Closing a studio: everything is taken back from partners at once, nothing changes any more, and then it is purged."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from studios.models import MovedOn, Notice, Studio, StudioKey
from studios.notices import members_who_may, tell_all
from studios.roles import Action
from studios.scope import scope
from titles.distribution.models import Delivery, Release
from titles.distribution.priorities import TAKE_AWAY
from titles.distribution.withdrawing import cancel_deliveries, limit_keys, withdraw_releases
from titles.jobs.leasing import Lease
from titles.jobs.models import Job

State = Studio.State

EXPORT, TAKE_BACK = "export", "take back"
#: What is still done in a studio that is closing: telling partners, and packing up.
_GOES_ON = frozenset({"relay", EXPORT, TAKE_BACK})


class TooLate(Exception):
    """The time of the studio is over: it is being purged."""


def close(studio_id: UUID, *, by: Any, door: str, after: timedelta | None = None) -> Studio:
    """Close an active studio, to be purged ``after`` that time (None: the installation's). Raises MovedOn.

    Keys of its machines end at once, those of partners in a few days: until then they read that everything is gone.
    """
    now = timezone.now()
    lasts = settings.CLOSING_LASTS if after is None else after
    with scope(studio_id, person=by, door=door):
        studio = Studio.objects.current()
        studio.move(State.ACTIVE, State.CLOSING, by=by, purged_after=now + lasts)
        StudioKey.objects.live().update(revoked_at=now)
        limit_keys(now)
        Job.enqueue(TAKE_BACK, studio, by=by, priority=TAKE_AWAY)
        owners = members_who_may(Action.LEAVE_WITH_STUDIO)
        tell_all(owners, Notice.Kind.EXPIRY, studio, _("%(row)s is closing. Export it, or reopen it in time."), by=by)
    return studio


def reopen(studio_id: UUID, *, by: Any, door: str) -> Studio:
    """Let the studio work again. What was taken back stays so. Raises MovedOn, TooLate."""
    with scope(studio_id, person=by, door=door):
        studio = Studio.objects.select_for_update().current()
        if studio.is_closing and studio.purged_after and studio.purged_after <= timezone.now():
            raise TooLate(_("The time of %s is over: it is being purged.") % studio)
        for job in Job.objects.unfinished().filter(kind=TAKE_BACK):
            job.cancel(by=by)
        return studio.move(State.CLOSING, State.ACTIVE, by=by, purged_after=None)


def take_back(job: Job, lease: Lease) -> None:
    """Cancel deliveries and work, then withdraw every release; again after a kill. Opens its own scopes.

    Raises LeaseLost.
    """
    with job.scope():
        by = job.wished_by()
    why = _("The studio is closing.")
    for place, step in enumerate((_cancel_work, cancel_deliveries, withdraw_releases)):
        left = 1
        while left:
            lease.report(TAKE_BACK, place / 3)
            with job.scope():
                job.hold()
                left = step(by=by, why=why)


def left_to_take_back() -> int:
    """How many releases and deliveries are still to be taken back. Needs the scope."""
    approved = Release.objects.filter(state=Release.State.APPROVED).count()
    return approved + Delivery.objects.waiting().count()


def _cancel_work(*, by: Any, why: str) -> int:
    """Cancel what is under way, but for deliveries, which end with their packs."""
    rest = Job.objects.unfinished().exclude(kind__in=[*_GOES_ON, "deliver"])
    for job in rest.order_by("id")[:100]:
        try:
            job.cancel(by=by)
        except MovedOn:
            continue  # it ended in this very moment
    return rest.count()
