from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.models import Series
from titles.distribution.models.partner import Partner
from titles.distribution.multiranges import Int4MultirangeField


class Mode(models.TextChoices):
    COIN = "coin", _("coin")
    SUBSCRIPTION = "subscription", _("subscription")
    AD = "ad", _("ad")
    SAMPLER = "sampler", _("sampler")


class Deal(StudioRow):
    """The contract behind grants."""

    partner: Any = models.ForeignKey(Partner, on_delete=models.PROTECT, db_constraint=False, related_name="deals")
    name = models.CharField(_("name"), max_length=120)
    reference = models.CharField(_("contract number"), max_length=80, blank=True)
    signed_date = models.DateField(_("signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints = [parent(), SameStudio(field="partner")]

    def __str__(self) -> str:
        return self.name


class Grant(StudioRow):
    """What a partner may have of a series: episodes, territories, languages, term, modes, and whether alone.

    Territories and languages are multiranges of frozen numbers (titles.distribution.rights); ``episodes`` holds episode
    numbers, unbounded for all. ``axis`` is everything when the grant is exclusive, else the partner's own point: two
    grants whose territories, languages, episodes, terms and axes all overlap cannot both exist.
    """

    Mode = Mode

    partner: Any = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="grants",
        verbose_name=_("partner"),
    )
    partner_number = models.PositiveIntegerField(editable=False)
    deal: Any = models.ForeignKey(
        Deal,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="grants",
        verbose_name=_("deal"),
    )
    series: Any = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="grants",
        verbose_name=_("series"),
    )
    modes = ArrayField(models.CharField(max_length=16, choices=Mode.choices), verbose_name=_("modes"), default=list)
    episodes = Int4MultirangeField(_("episodes"))
    territories = Int4MultirangeField(_("territories"))
    audio_languages = ArrayField(models.CharField(max_length=35), verbose_name=_("audio languages"))
    subtitle_languages = ArrayField(models.CharField(max_length=35), verbose_name=_("subtitle languages"))
    #: The union of audio and subtitle languages as frozen numbers: what exclusivity is about.
    languages = Int4MultirangeField(editable=False)
    term = DateTimeRangeField(_("term"))
    exclusive = models.BooleanField(_("exclusive"), default=False)
    axis = models.GeneratedField(
        expression=models.Case(
            models.When(
                exclusive=True,
                then=Func(
                    Value(None),
                    Value(None),
                    function="int4range",
                    template="int4range(NULL, NULL)",
                    output_field=IntegerRangeField(),
                ),
            ),
            default=Func(
                F("partner_number"),
                F("partner_number") + 1,
                function="int4range",
                output_field=IntegerRangeField(),
            ),
        ),
        output_field=IntegerRangeField(),
        db_persist=True,
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            parent(),
            SameStudio(field="partner"),
            SameStudio(field="deal"),
            SameStudio(field="series"),
            ExclusionConstraint(
                name="no_two_grants_collide",
                index_type="gist",
                expressions=[
                    ("studio", RangeOperators.EQUAL),
                    ("series", RangeOperators.EQUAL),
                    ("episodes", RangeOperators.OVERLAPS),
                    ("territories", RangeOperators.OVERLAPS),
                    ("languages", RangeOperators.OVERLAPS),
                    ("axis", RangeOperators.OVERLAPS),
                    ("term", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(revoked_at=None),
                violation_error_message=_(
                    "Another grant already covers some of these episodes, territories and languages in this term."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.series}"
