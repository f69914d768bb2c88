from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, IntegerRangeField, RangeOperators
from django.db import IntegrityError, models, transaction
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from psycopg.errors import ExclusionViolation
from psycopg.types.range import TimestamptzRange

from studios.keys import SameStudio, parent
from studios.models import Move, MovedOn, StudioRow
from titles.catalog.models import Series
from titles.distribution import rights
from titles.distribution.models.partner import Partner
from titles.distribution.multiranges import ALL, Int4MultirangeField, numbers_in, of_numbers
from titles.distribution.priorities import GIVE, TAKE_AWAY
from titles.jobs.models import Job


class GrantsCollide(Exception):
    """Another grant already covers some of the same; the text names its partner and deal."""


class GrantsNothing(Exception):
    """A grant without a territory, an audio language, a mode, an episode or a moment; the text says what is missing."""


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


class GrantQuerySet(models.QuerySet["Grant"]):
    def standing(self) -> "GrantQuerySet":
        """Grants that were not revoked, whatever their term."""
        return self.filter(revoked_at=None)

    def colliding_with(self, grant: "Grant") -> "GrantQuerySet":
        """What the exclusion constraint would name: grants that share something with ``grant``, one of them alone."""
        rivals = Q() if grant.exclusive else Q(exclusive=True) | Q(partner=grant.partner_id)
        return (
            self.standing()
            .exclude(pk=grant.pk)
            .filter(
                rivals,
                series=grant.series_id,
                episodes__overlap=grant.episodes,
                territories__overlap=grant.territories,
                languages__overlap=grant.languages,
                term__overlap=grant.term,
            )
            .order_by("created_at", "id")
        )

    def make(
        self,
        partner: Partner,
        series: Series,
        *,
        territories: Collection[str],
        audio_languages: Collection[str],
        subtitle_languages: Collection[str],
        modes: Collection[str],
        from_at: datetime,
        until_at: datetime | None,
        episodes: Iterable[int] | None = None,
        exclusive: bool = False,
        deal: Deal | None = None,
        by: Any = None,
    ) -> "Grant":
        """Grant ``partner`` those ``episodes`` (None: all) of ``series`` from ``from_at`` until before ``until_at``.

        Raises GrantsCollide, GrantsNothing, rights.UnknownTerritory and rights.UnknownLanguage.
        """
        grant = self.model(
            partner=partner,
            partner_number=partner.number,
            deal=deal,
            series=series,
            modes=_in_order_of(Mode.values, [Mode(mode) for mode in modes]),
            episodes=ALL if episodes is None else of_numbers(episodes),
            territories=of_numbers(map(rights.territory_number, territories)),
            audio_languages=_in_order_of(rights.LANGUAGES, audio_languages),
            subtitle_languages=_in_order_of(rights.LANGUAGES, subtitle_languages),
            languages=of_numbers(map(rights.language_number, [*audio_languages, *subtitle_languages])),
            term=TimestamptzRange(from_at, until_at),
            exclusive=exclusive,
        )
        grant.refuse_nothing()
        _one_at_a_time(series.pk)  # two inserts that collide would wait for each other inside the constraint
        try:
            with transaction.atomic():
                grant.save(force_insert=True)
        except IntegrityError as reason:
            if isinstance(reason.__cause__, ExclusionViolation):
                raise GrantsCollide(_what_stands_against(grant)) from reason
            raise
        Job.enqueue("relay", series, by=by, priority=GIVE)
        return grant


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

    objects = GrantQuerySet.as_manager()

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
        indexes = [models.Index(fields=["studio", "-created_at", "-id"], name="grants_newest_first")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.series}"

    def territory_codes(self) -> list[str]:
        return [rights.territory_numbered(number) for number in numbers_in(self.territories)]

    def covers(self, episode_number: int | None) -> bool:
        """Whether an episode with this number is granted. What has no number comes with a grant of all episodes."""
        if episode_number is None:
            return bool(self.episodes == ALL)
        return any(episode_number in part for part in self.episodes)

    def right(self) -> rights.Right:
        """The same for the arithmetic of rights."""
        return rights.Right(
            territories=frozenset(self.territory_codes()),
            audio_languages=frozenset(self.audio_languages),
            subtitle_languages=frozenset(self.subtitle_languages),
            modes=frozenset(self.modes),
            from_at=self.term.lower,
            until_at=self.term.upper,
            exclusive=self.exclusive,
        )

    def revoke(self, *, by: Any, why: str = "") -> "Grant":
        """End the grant now, whatever its term; the partner is told by the relay. Raises MovedOn."""
        now = timezone.now()
        with transaction.atomic():
            _one_at_a_time(self.series_id)
            if not Grant.objects.standing().filter(pk=self.pk).update(revoked_at=now):
                raise MovedOn(_now("%(grant)s was already revoked.") % {"grant": self})
            Move.record(self, "granted", "revoked", by=by, why=why)
            Job.enqueue("relay", self.series, by=by, priority=TAKE_AWAY)
        self.revoked_at = now
        return self

    def refuse_nothing(self) -> None:
        """Raises GrantsNothing where some dimension of the grant is empty."""
        if self.term.upper is not None and self.term.upper <= self.term.lower:
            raise GrantsNothing(_now("The term ends before it starts; give a later end, or none."))
        for dimension, sentence in [
            (self.episodes, _now("Name at least one episode, or grant all of them.")),
            (self.territories, _now("Name at least one territory.")),
            (self.audio_languages, _now("Name at least one audio language.")),
            (self.modes, _now("Name at least one mode, such as coin.")),
        ]:
            if not dimension:
                raise GrantsNothing(sentence)


def _one_at_a_time(series_id: UUID) -> None:
    """Let whoever else changes the rights of this series, or submits something of it, wait for us."""
    Series.objects.select_for_update(no_key=True).get(pk=series_id)


def _in_order_of(known: Iterable[str], wanted: Collection[str]) -> list[str]:
    return [each for each in known if each in wanted]


def _what_stands_against(grant: Grant) -> str:
    other = Grant.objects.select_related("partner", "deal").colliding_with(grant).first()
    if other is None:  # it was revoked in this very moment
        return _now("Another grant stood against this one a moment ago; try again.")
    shared = sorted({*grant.territory_codes()} & {*other.territory_codes()})
    return _now(
        "%(partner)s already has %(series)s in %(territories)s (%(deal)s, %(term)s%(alone)s): "
        "change the territories, languages, episodes or term, or revoke that grant first."
    ) % {
        "partner": other.partner,
        "series": other.series,
        "territories": _shortened(shared),
        "deal": other.deal or _now("no deal"),
        "term": _in_words(other.term),
        "alone": ", " + _now("exclusive") if other.exclusive else "",
    }


def _in_words(term: Any) -> str:
    start, end = term.lower, term.upper
    if end is None:
        return _now("from %(start)s") % {"start": f"{start:%Y-%m-%d}"}
    return _now("%(start)s to %(end)s") % {"start": f"{start:%Y-%m-%d}", "end": f"{end:%Y-%m-%d}"}


def _shortened(codes: list[str], most: int = 8) -> str:
    return ", ".join(codes[:most]) + (" …" if len(codes) > most else "")
