"""What each partner may see of a series at an instant: the newest releases approved for it, within its rights."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from studios.models import PersonalText
from titles.catalog.models import Series
from titles.distribution.bodies import (
    Document,
    Narrowed,
    Narrowing,
    NotNarrowedYet,
    as_text,
    episode_body,
    series_body,
)
from titles.distribution.models import FeedEntry, Grant, Partner, Release
from titles.distribution.models.release import ONCE_APPROVED
from titles.distribution.rights import Right, allowed, live_until

SERIES, EPISODE = FeedEntry.Noun.SERIES, FeedEntry.Noun.EPISODE
EXPIRED = "expired"

_WITHDRAWN: dict[str, str] = {Release.State.WITHDRAWN: "withdrawn", Release.State.TAKEN_DOWN: "legal"}


@dataclass(frozen=True)
class Offer:
    """A body that may be served until before ``until_at`` (None: no end)."""

    noun: str
    subject_id: UUID
    release: Release
    body: str
    until_at: datetime | None


@dataclass
class Offering:
    """All that a partner may see of a series: the card first, then the episodes in running order.

    ``withdrawn`` says, by subject, why its newest approved release is not there any more.
    """

    series_id: UUID
    offers: list[Offer] = field(default_factory=list)
    withdrawn: dict[UUID, str] = field(default_factory=dict)

    def of(self, subject_id: UUID) -> Offer | None:
        return next((offer for offer in self.offers if offer.subject_id == subject_id), None)

    def why_without(self, subject_id: UUID) -> str:
        """Why the partner sees nothing of a subject, in the feed's words."""
        return self.withdrawn.get(subject_id) or self.withdrawn.get(self.series_id) or EXPIRED


def offerings(
    series: Series,
    partners: Collection[Partner],
    *,
    at: datetime,
    narrowed: Mapping[Narrowing, Narrowed],
    episodes: Collection[UUID] | None = None,
) -> dict[UUID, Offering]:
    """By partner: what it may see of ``series`` at the instant ``at``. Four statements, however many partners.

    Of the ``episodes`` with these ids, or of all. Raises NotNarrowedYet, for all bodies together, when ``narrowed``
    lacks editions.
    """
    releases = Release.objects.filter(series=series)
    if episodes is not None:
        releases = releases.filter(Q(episode=None) | Q(episode__in=episodes))
    newest = _newest(releases, partners)
    documents = _documents(release for releases in newest.values() for release in releases)
    grants = list(Grant.objects.standing().filter(series=series, partner__in=partners).order_by("created_at", "id"))
    shelf = _Shelf(series, documents, at, narrowed)
    offered = {
        partner.pk: shelf.offering(newest[partner.pk], [grant for grant in grants if grant.partner_id == partner.pk])
        for partner in partners
    }
    if shelf.missing:
        raise NotNarrowedYet(frozenset(shelf.missing))
    return offered


def _newest(releases: QuerySet[Release], partners: Collection[Partner]) -> dict[UUID, list[Release]]:
    """By partner: of the card and of each episode the newest release that was ever approved for that partner."""
    releases = (
        releases.filter(state__in=ONCE_APPROVED)
        .defer("document")
        .prefetch_related("release_partners")
        .order_by("-number", "id")
    )
    newest: dict[UUID, dict[UUID | None, Release]] = {partner.pk: {} for partner in partners}
    for release in releases:
        named = {each.partner_id for each in release.release_partners.all()}
        for partner in partners:
            if not named or partner.pk in named:
                newest[partner.pk].setdefault(release.episode_id, release)
    return {partner: list(by_subject.values()) for partner, by_subject in newest.items()}


def _documents(releases: Iterable[Release]) -> dict[UUID, Document]:
    shown = {release.pk for release in releases if release.state == Release.State.APPROVED}
    documents = list(Release.objects.filter(pk__in=shown).values_list("pk", "document"))
    told = PersonalText.objects.told([document for _pk, document in documents])
    return {pk: document for (pk, _document), document in zip(documents, told, strict=True)}


@dataclass
class _Shelf:
    """What is the same for all partners, and the narrower editions that were found missing on the way."""

    series: Series
    documents: Mapping[UUID, Document]
    at: datetime
    narrowed: Mapping[Narrowing, Narrowed]
    missing: set[Narrowing] = field(default_factory=set)

    def offering(self, releases: Iterable[Release], grants: Collection[Grant]) -> Offering:
        offering = Offering(self.series.pk)
        approved: dict[UUID | None, Release] = {}
        for release in releases:
            if release.state in _WITHDRAWN:
                offering.withdrawn[release.subject_id()] = _WITHDRAWN[release.state]
            else:
                approved[release.episode_id] = release
        granted = [(grant, grant.right()) for grant in grants]
        card = approved.pop(None, None)
        if card is None or not any(right.is_live(self.at) for _grant, right in granted):
            return offering  # no episode without its series
        offering.offers = [self._card(card, [right for _grant, right in granted])]
        offering.offers += filter(None, (self._episode(each, granted) for each in self._in_running_order(approved)))
        return offering

    def _card(self, release: Release, rights: list[Right]) -> Offer:
        body = series_body(self.documents[release.pk], revision=release.number)
        return Offer(SERIES, self.series.pk, release, as_text(body), live_until(rights, at=self.at))

    def _episode(self, release: Release, granted: Iterable[tuple[Grant, Right]]) -> Offer | None:
        document = self.documents[release.pk]
        now = allowed([right for grant, right in granted if grant.covers(document["number"])], at=self.at)
        if not now:
            return None
        try:
            body = episode_body(document, revision=release.number, allowed=now, narrowed=self.narrowed)
        except NotNarrowedYet as lacking:
            self.missing |= lacking.wanted
            return None
        if body is None:
            return None
        return Offer(EPISODE, release.subject_id(), release, as_text(body), now.until_at)

    def _in_running_order(self, releases: Mapping[Any, Release]) -> list[Release]:
        def place(release: Release) -> tuple[bool, int, str]:
            number = self.documents[release.pk]["number"]
            return (number is None, number or 0, str(release.episode_id))

        return sorted(releases.values(), key=place)
