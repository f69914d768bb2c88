from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StatefulRow
from studios.models.studio import Studio
from studios.scope import current_studio
from titles.distribution.models.partner import Partner
from titles.distribution.models.release import Release
from titles.jobs.models import Job

#: Tries of a delivery: with pauses that double from 5 s on, the last one comes about four days after the first.
MOST_TRIES = 17


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent, not yet acknowledged")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def newest_first(self) -> "DeliveryQuerySet":
        return self.order_by("-created_at", "-id")

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state=State.WAITING)


class Delivery(StatefulRow):
    """One push of one release's pack to one partner."""

    State = State

    partner: Any = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="deliveries",
        verbose_name=_("partner"),
    )
    release: Any = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="deliveries",
        verbose_name=_("release"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    folder = models.CharField(_("folder"), max_length=255, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            parent(),
            SameStudio(field="partner"),
            SameStudio(field="release"),
            models.UniqueConstraint(
                fields=["studio", "partner", "release"], name="one_delivery_per_partner_and_release"
            ),
        ]
        indexes = [models.Index(fields=["studio", "-created_at", "-id"], name="deliveries_newest_first")]

    def __str__(self) -> str:
        return _now("%(release)s to %(partner)s") % {"release": self.release, "partner": self.partner}

    def send(self, *, by: Any = None) -> Job:
        """Ask a worker to carry on with it from wherever it stands."""
        return Job.enqueue("deliver", self, by=by, most_tries=MOST_TRIES)

    def retry(self, *, by: Any) -> "Delivery":
        """Try a failed or cancelled delivery again; a pack that is complete is only announced. Raises MovedOn."""
        with transaction.atomic():
            self.move((State.FAILED, State.CANCELLED), State.SENT if self.manifest_sha256 else State.WAITING, by=by)
            self.send(by=by)
        return self

    def cancel(self, *, by: Any = None, why: str = "") -> "Delivery":
        """Stop it before its pack is complete. Raises MovedOn."""
        with transaction.atomic():
            for job in Job.objects.unfinished().about(self):  # jobs first, as the worker that writes its result does
                job.cancel(by=by)
            self.move(State.WAITING, State.CANCELLED, by=by, why=why)
        return self

    def was_stopped_by_the_clock(self) -> bool:
        """Whether it was cancelled because its rights had ended, and not by a person."""
        last = self.moves().last()
        return self.state == State.CANCELLED and last is not None and last.person_id is None

    def sent_at(self) -> Any:
        """When the pack became complete; None before that."""
        return self.moves().filter(to_state=State.SENT).values_list("at", flat=True).last()


class Step(models.TextChoices):
    PACK = "pack", _("pack")
    WEBHOOK = "webhook", _("webhook")


class Attempt(models.Model):
    """One try at one step of a delivery, with what was sent and what was answered (secrets left out)."""

    Step = Step

    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, default=current_studio, related_name="+")
    delivery: Any = models.ForeignKey(Delivery, on_delete=models.PROTECT, db_constraint=False, related_name="attempts")
    step = models.CharField(_("step"), max_length=8, choices=Step.choices)
    succeeded = models.BooleanField(_("succeeded"))
    sent = models.JSONField(_("sent"), default=dict)
    answered = models.JSONField(_("answered"), default=dict)
    error = models.TextField(_("error"), blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), auto_now_add=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [SameStudio(field="delivery")]

    def __str__(self) -> str:
        return f"{self.step} {self.started_at:%Y-%m-%d %H:%M:%S}"
