from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StatefulRow
from studios.models.studio import Studio
from studios.scope import current_studio
from titles.distribution.models.partner import Partner
from titles.distribution.models.release import Release


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent, not yet acknowledged")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


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

    def __str__(self) -> str:
        return _now("%(release)s to %(partner)s") % {"release": self.release, "partner": self.partner}


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
