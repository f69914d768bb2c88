"""Plans deliveries: whatever a partner with a dropbox may see and has not been sent, is sent."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from studios.models import Move, MovedOn
from titles.distribution.models import Delivery, Partner, Release
from titles.distribution.offering import EPISODE, Offer

State = Delivery.State


def plan(partner: Partner, offers: Iterable[Offer]) -> None:
    """Make a delivery of each episode's offered release, and cancel waiting ones of older releases.

    Doing it again changes nothing. A delivery that was cancelled because its rights had ended waits again.
    """
    if not partner.dropbox:
        return
    releases = [offer.release for offer in offers if offer.noun == EPISODE]
    known = {each.release_id: each for each in Delivery.objects.filter(partner=partner, release__in=releases)}
    for release in releases:
        if release.pk not in known:
            _make(partner, release)
        elif known[release.pk].was_stopped_by_the_clock():
            known[release.pk].retry(by=None)
    _cancel_older(partner, releases)


def _make(partner: Partner, release: Release) -> None:
    delivery = Delivery.objects.create(partner=partner, release=release)
    Move.record(delivery, "", State.WAITING, by=None)
    delivery.send()


def _cancel_older(partner: Partner, releases: Iterable[Release]) -> None:
    newer = {release.episode_id: release for release in releases}
    waiting = Delivery.objects.waiting().filter(partner=partner, release__episode__in=newer)
    for delivery in waiting.select_related("release").exclude(release__in=newer.values()):
        try:
            with transaction.atomic():
                delivery.cancel(why=_("%(newer)s takes its place.") % {"newer": newer[delivery.release.episode_id]})
        except MovedOn:
            continue  # its pack became complete in this very moment
