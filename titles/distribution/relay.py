"""The relay: turns what was committed, and what the clock causes, into numbered feed entries.

One relay at a time per studio renders, compares and numbers after commit, so that a partner that follows its
cursor loses nothing (numbers given while writing would overtake each other).
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from titles.catalog.models import Series
from titles.distribution import planning
from titles.distribution.models import FeedEntry, Grant, Partner
from titles.distribution.narrowing import Known, with_what_it_needs
from titles.distribution.offering import EXPIRED, SERIES, Offer, Offering, offerings
from titles.jobs.models import Job

UPSERT, DELETE = FeedEntry.Operation.UPSERT, FeedEntry.Operation.DELETE

Standing = dict[UUID, FeedEntry]


def relay(job: Job) -> None:
    """Bring all feeds up to date with the job's series, as of the claim. Opens its own scopes. Raises LeaseLost."""
    series, at = job.subject(Series), job.started_at or timezone.now()

    def write(narrowed: Known) -> None:
        with job.scope():
            job.hold()
            bring_up_to_date(series, at=at, narrowed=narrowed)

    with_what_it_needs(job.studio_id, write)


def bring_up_to_date(series: Series, *, at: datetime, narrowed: Known) -> list[FeedEntry]:
    """Write what changed for any partner of ``series``, plan deliveries, and return the new entries.

    Doing it again changes nothing. Raises NotNarrowedYet before anything is written.
    """
    _one_at_a_time()
    subjects = [series.pk, *series.episodes.values_list("pk", flat=True)]
    partners = _partners(series, subjects)
    offered = offerings(series, partners, at=at, narrowed=narrowed)
    standing = _standing(partners, subjects)
    written = []
    for partner in partners:
        changes = _changes(offered[partner.pk], standing[partner.pk], at)
        written += _number(partner, changes, at)
        planning.plan(partner, offered[partner.pk].offers)
    return written


def overdue(at: datetime) -> QuerySet[Series]:
    """Series of the current scope that no verb asks a relay for.

    A grant of theirs began or ended by ``at``, after the last relay was claimed; or the last relay failed for good.
    """
    relays = Job.objects.filter(kind="relay", state=Job.State.DONE, subject_id=OuterRef("series_id"))
    last_relay = relays.order_by("-started_at").values("started_at")[:1]
    crossed = (
        Grant.objects.standing()
        .annotate(relayed_at=Subquery(last_relay))
        .filter(
            Q(relayed_at=None, term__startswith__lte=at)
            | Q(term__startswith__gt=F("relayed_at"), term__startswith__lte=at)
            | Q(term__endswith__gt=F("relayed_at"), term__endswith__lte=at)
        )
    )
    failed = Job.objects.filter(kind="relay").failed_for_good()
    return Series.objects.filter(Q(pk__in=crossed.values("series_id")) | Q(pk__in=failed.values("subject_id")))


def _one_at_a_time() -> None:
    """Wait for other relays of this studio; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('octavo.relay ' || current_setting('octavo.studio'), 0))"
        )


def _partners(series: Series, subjects: Collection[UUID]) -> list[Partner]:
    """Partners that have, or had, something of the series."""
    granted = Grant.objects.filter(series=series).values("partner_id")
    told = FeedEntry.objects.open().about(subjects).values("partner_id")
    return list(Partner.objects.filter(Q(pk__in=granted) | Q(pk__in=told)).order_by("id"))


def _standing(partners: Iterable[Partner], subjects: Collection[UUID]) -> dict[UUID, Standing]:
    """By partner and subject: the open entries, without their bodies."""
    standing: dict[UUID, Standing] = {partner.pk: {} for partner in partners}
    for entry in FeedEntry.objects.open().about(subjects).filter(partner__in=standing).defer("body"):
        standing[entry.partner_id][entry.subject_id] = entry
    return standing


def _changes(offering: Offering, standing: Standing, at: datetime) -> list[FeedEntry]:
    """The entries that lead from ``standing`` to ``offering``: deletes, children first, then upserts, parents first.

    A new card is followed by all its episodes again: whoever reads only now finds parents before children too.
    """
    gone = [entry for entry in standing.values() if entry.operation == UPSERT and not offering.of(entry.subject_id)]
    gone.sort(key=lambda entry: (entry.noun == SERIES, entry.sequence))
    new = [offer for offer in offering.offers if not _says(standing.get(offer.subject_id), offer)]
    if new and new[0].noun == SERIES:
        new = offering.offers
    return [_delete(entry, offering, at) for entry in gone] + [_upsert(offer, at) for offer in new]


def _says(entry: FeedEntry | None, offer: Offer) -> bool:
    """Whether ``entry`` tells the partner exactly what ``offer`` would."""
    return (
        entry is not None
        and entry.operation == UPSERT
        and entry.body_sha256 == _sha256(offer.body)
        and entry.until_at == offer.until_at
    )


def _upsert(offer: Offer, at: datetime) -> FeedEntry:
    return FeedEntry(
        operation=UPSERT,
        noun=offer.noun,
        subject_id=offer.subject_id,
        release=offer.release,
        revision=offer.release.number,
        body=offer.body,
        body_sha256=_sha256(offer.body),
        from_at=at,
        until_at=offer.until_at,
    )


def _delete(entry: FeedEntry, offering: Offering, at: datetime) -> FeedEntry:
    """A tombstone; what expired did so at the end of its window, not when the relay noticed."""
    reason = offering.why_without(entry.subject_id)
    return FeedEntry(
        operation=DELETE,
        noun=entry.noun,
        subject_id=entry.subject_id,
        release_id=entry.release_id,
        revision=entry.revision,
        reason=reason,
        from_at=min(at, entry.until_at or at) if reason == EXPIRED else at,
    )


def _number(partner: Partner, entries: list[FeedEntry], at: datetime) -> list[FeedEntry]:
    """Give ``entries`` the partner's next numbers and let them take the place of the open ones."""
    if not entries:
        return []
    for sequence, entry in enumerate(entries, start=partner.feed_sequence + 1):
        entry.partner, entry.sequence = partner, sequence
    replaced = FeedEntry.objects.open().about([entry.subject_id for entry in entries]).filter(partner=partner)
    replaced.update(closed_at=at)
    FeedEntry.objects.bulk_create(entries)
    Partner.objects.filter(pk=partner.pk).update(feed_sequence=entries[-1].sequence)
    return entries


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
