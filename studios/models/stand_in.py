from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models.membership import Membership
from studios.models.studio import StudioRow


class StandInQuerySet(models.QuerySet["StandIn"]):
    def on(self, day: date) -> "StandInQuerySet":
        """Those that count on ``day``, both ends included."""
        return self.filter(from_date__lte=day, until_date__gte=day)


class StandIn(StudioRow):
    """Somebody approves and reviews in the place of an approver who is away, between two dates of the studio's zone.

    Nobody approves their own work by standing in.
    """

    approver = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="stand_ins",
        verbose_name=_("who is away"),
    )
    deputy = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="standing_in",
        verbose_name=_("who stands in"),
    )
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"))

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        constraints = [
            parent(),
            SameStudio(field="approver"),
            SameStudio(field="deputy"),
            models.CheckConstraint(condition=Q(from_date__lte=F("until_date")), name="stand_in_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(approver=F("deputy")), name="stand_in_is_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.approver}"
