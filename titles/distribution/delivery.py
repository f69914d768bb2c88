"""Delivering: the pack goes into the partner's dropbox, complete or not at all, then one signed webhook says so.

Rights and approval are looked at again before the first byte and before the pack is marked complete. Every try of
either step leaves an Attempt.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from studios.showing import without_secrets
from titles.distribution import packing, sending, transports, webhooks
from titles.distribution.bodies import as_text, instant
from titles.distribution.models import Attempt, Delivery, Partner
from titles.distribution.narrowing import Known, with_what_it_needs
from titles.distribution.offering import offerings
from titles.distribution.packing import CannotPack, Contents, Damaged, Pack
from titles.distribution.sending import Sent
from titles.jobs.leasing import GaveUp, Lease, TryLater
from titles.jobs.models import Job, LeaseLost

State, Step = Delivery.State, Attempt.Step


class NotOffered(Exception):
    """The partner may not have this release now: it was withdrawn or replaced, or the rights ended."""


class NotAccepted(Exception):
    """The partner answered the webhook, but not with a yes; the text is one plain sentence."""


class Gone(Exception):
    """The partner wants no webhooks at its address any more."""


class RightsChanged(Exception):
    """What the partner may have changed while it was being sent."""


_FOR_GOOD = (CannotPack, Damaged, Gone, transports.WrongAddress, webhooks.WrongAddress)
_FOR_NOW = (NotAccepted, RightsChanged, transports.Unreachable, webhooks.NotSent)


def deliver(job: Job, lease: Lease) -> None:
    """Carry on with the job's delivery from wherever it stands. Opens its own scopes.

    Raises GaveUp, TryLater and LeaseLost.
    """
    courier = _Courier(job, lease, job.subject(Delivery))
    try:
        courier.carry()
    except NotOffered as reason:
        courier.move(State.WAITING, State.CANCELLED, why=str(reason))
    except LeaseLost:
        raise
    except _FOR_GOOD as reason:
        courier.fail(str(reason))
        raise GaveUp(str(reason)) from reason
    except Exception as reason:
        if job.tries >= job.most_tries:
            courier.fail(_in_words(reason))
        if isinstance(reason, _FOR_NOW):
            raise TryLater(str(reason)) from reason
        raise


@dataclass
class _Noted:
    """What a try wants the ledger to keep."""

    sent: dict[str, Any] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Courier:
    """One try of one delivery."""

    job: Job
    lease: Lease
    delivery: Delivery

    def carry(self) -> None:
        if self.delivery.state == State.WAITING:
            self._put_pack()
        if self.delivery.state == State.SENT:
            self._announce()

    def move(self, expected: Any, new: str, *, why: str = "", **together: Any) -> None:
        """Move the delivery as the holder of the lease, or not at all. Raises LeaseLost."""
        with self.job.scope():
            self.job.hold()
            self.delivery.move(expected, new, by=None, why=why, **together)

    def fail(self, why: str) -> None:
        self.move((State.WAITING, State.SENT), State.FAILED, why=why)

    def _put_pack(self) -> None:
        pack = self._pack()
        self._keep_to(pack.folder)
        with self._attempt(Step.PACK) as noted:
            sent = Sent()
            try:
                box = transports.dropbox(self._partner().dropbox)
                sending.send(pack, box, report=self.lease.report, sent=sent)
            finally:
                noted.sent = {"folder": pack.folder, "manifest_sha256": pack.manifest_sha256, **asdict(sent)}
            if self._pack().manifest_sha256 != pack.manifest_sha256:
                raise RightsChanged(_("What the partner may have changed while it was sent; the pack is made anew."))
            self.lease.report(packing.COMPLETE, 1.0)
            sending.complete(pack, box)
        self.move(State.WAITING, State.SENT, manifest_sha256=pack.manifest_sha256)

    def _announce(self) -> None:
        partner = self._partner()
        if partner.webhook_url:
            self._tell(partner)
        self.move(State.SENT, State.DELIVERED, delivered_at=timezone.now())

    def _tell(self, partner: Partner) -> None:
        body = as_text(self._message()).encode()
        headers = webhooks.signed_headers(
            secret=partner.webhook_secret,
            message_id=str(self.delivery.pk),
            timestamp_s=int(time.time()),
            body=body,
        )
        self.lease.report(Step.WEBHOOK.value, 1.0)
        with self._attempt(Step.WEBHOOK) as noted:
            noted.sent = {
                "address": without_secrets(partner.webhook_url),
                "headers": {**headers, "webhook-signature": "v1,…"},
                "body": body.decode(),
            }
            answer = webhooks.post(partner.webhook_url, body, headers, private_hosts=settings.PRIVATE_PARTNER_HOSTS)
            noted.answered = asdict(answer)
            if answer.is_gone:
                raise Gone(_("The partner answered 410: it wants no webhooks at this address any more."))
            if not answer.is_accepted:
                raise NotAccepted(_("The partner answered %(status)s.") % {"status": answer.status})

    def _message(self) -> dict[str, Any]:
        """The same words at every try: partners know a repetition by its webhook-id."""
        with self.job.scope():
            release, complete_at = self.delivery.release, self.delivery.sent_at()
        return {
            "type": "pack.delivered",
            "timestamp": instant(complete_at),
            "data": {
                "delivery_id": str(self.delivery.pk),
                "series_id": str(release.series_id),
                "episode_id": str(release.episode_id),
                "revision": release.number,
                "pack": self.delivery.folder,
                "manifest_sha256": self.delivery.manifest_sha256,
            },
        }

    def _pack(self) -> Pack:
        """The pack as the partner may have it at this moment. Raises NotOffered, CannotPack."""
        wanted = with_what_it_needs(self.job.studio_id, self._contents)
        return packing.pack(wanted, folder=self.delivery.folder)

    def _contents(self, narrowed: Known) -> Contents:
        with self.job.scope():
            delivery = Delivery.objects.select_related("partner", "release__series").get(pk=self.delivery.pk)
            release, partner = delivery.release, delivery.partner
            offered = offerings(
                release.series, [partner], at=timezone.now(), narrowed=narrowed, episodes=[release.episode_id]
            )[partner.pk]
            episode, series = offered.of(release.episode_id), offered.of(release.series_id)
            if episode is None or series is None or episode.release != release:
                raise NotOffered(_("It was withdrawn or replaced, or the partner's rights ended."))
            return packing.contents(delivery.pk, episode_body=episode.body, series_body=series.body)

    def _keep_to(self, folder: str) -> None:
        """Remember the folder before anything is in it: a later try goes on there."""
        with self.job.scope():
            self.job.hold()
            Delivery.objects.filter(pk=self.delivery.pk).update(folder=folder)
        self.delivery.folder = folder

    def _partner(self) -> Partner:
        with self.job.scope():
            return Partner.objects.get(pk=self.delivery.partner_id)

    @contextmanager
    def _attempt(self, step: str) -> Iterator[_Noted]:
        """Leave an Attempt, however the block ends."""
        noted, started_at = _Noted(), timezone.now()
        try:
            yield noted
        except Exception as reason:
            self._record(step, noted, started_at, error=_in_words(reason))
            raise
        self._record(step, noted, started_at)

    def _record(self, step: str, noted: _Noted, started_at: datetime, error: str = "") -> None:
        with self.job.scope():
            Attempt.objects.create(
                delivery=self.delivery,
                step=step,
                succeeded=not error,
                sent=noted.sent,
                answered=noted.answered,
                error=error,
                started_at=started_at,
            )


def _in_words(reason: Exception) -> str:
    """Our own exceptions are plain sentences; the text of any other may hold what nobody should read."""
    if isinstance(reason, (*_FOR_GOOD, *_FOR_NOW, NotOffered, LeaseLost)):
        return str(reason) or type(reason).__name__
    return _("Something unexpected happened (%(what)s); the operator finds it in the log.") % {
        "what": type(reason).__name__
    }
