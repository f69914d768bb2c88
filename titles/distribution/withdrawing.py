"""Taking everything back from all partners, some at a time: what a studio does that closes. Needs its scope."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from studios.models import MovedOn
from titles.distribution.models import Delivery, PartnerKey, Release

#: How long partners can still read that everything was taken back.
KEYS_LIVE = timedelta(days=3)
_AT_ONCE = 100


def limit_keys(at: datetime) -> int:
    """Let the keys of partners end soon: what they still open is a feed that takes everything back."""
    end = at + KEYS_LIVE
    return PartnerKey.objects.live().filter(Q(expires_at=None) | Q(expires_at__gt=end)).update(expires_at=end)


def cancel_deliveries(*, by: Any, why: str) -> int:
    """Cancel some of the deliveries that wait, and return how many are left."""
    for delivery in Delivery.objects.waiting().order_by("id")[:_AT_ONCE]:
        try:
            with transaction.atomic():
                delivery.cancel(by=by, why=why)
        except MovedOn:
            continue  # its pack became complete in this very moment
    return Delivery.objects.waiting().count()


def withdraw_releases(*, by: Any, why: str) -> int:
    """Withdraw some of the releases that partners may have, and return how many are left."""
    approved = Release.objects.filter(state=Release.State.APPROVED)
    for release in approved.defer("document").select_related("series").order_by("id")[:_AT_ONCE]:
        release.withdraw(by=by, why=why)
    return approved.count()
