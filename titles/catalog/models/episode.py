from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from studios.searching import TextQuerySet
from titles.catalog.models.cut import Cut
from titles.catalog.models.series import Series


class Kind(models.TextChoices):
    EPISODE = "episode", _("episode")
    TRAILER = "trailer", _("trailer")
    TEASER = "teaser", _("teaser")
    RECAP = "recap", _("recap")
    CLIP = "clip", _("clip")


class EpisodeQuerySet(TextQuerySet["Episode"]):
    def in_running_order(self) -> "EpisodeQuerySet":
        """Episodes by number, then what has no number (trailers, clips)."""
        return self.order_by(models.F("number").asc(nulls_last=True), "id")

    def sought(self, word: str) -> "EpisodeQuerySet":
        """By its own title, its series' title, or its number: each by an index of its own, so no OR but a union."""
        episodes = Episode.objects.order_by()
        found = [episodes.containing(word), episodes.filter(series__in=Series.objects.containing(word))]
        if is_number(word):
            found.append(episodes.filter(number=int(word)))
        first, *others = (each.values("pk") for each in found)
        return self.filter(pk__in=first.union(*others))


def is_number(word: str) -> bool:
    """Whether ``word`` may be the number of an episode."""
    return word.isdecimal() and len(word) <= 4


class Episode(StudioRow):
    """One vertical chapter of a series: sixty to a hundred and twenty seconds. Its id survives renumbering."""

    Kind = Kind

    series: Any = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="episodes",
        verbose_name=_("series"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.EPISODE)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    synopsis = models.TextField(_("synopsis"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        constraints = [
            parent(),
            SameStudio(field="series"),
            models.UniqueConstraint(
                fields=["studio", "series", "number"],
                name="one_episode_per_number",
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("This series already has an episode with this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="episode", number__isnull=False)
                | (~models.Q(kind="episode") & models.Q(number__isnull=True)),
                name="only_episodes_have_numbers",
                violation_error_message=_("An episode needs a number; trailers, teasers, recaps and clips have none."),
            ),
        ]
        indexes = [models.Index(fields=["studio", "number"], name="episodes_by_number")]

    def __str__(self) -> str:
        label = f"{self.number:03d}" if self.number is not None else self.get_kind_display()
        return f"{label} {self.title}".strip()

    def default_cut(self) -> Cut:
        """The one cut that every episode has, made when first asked for."""
        cut, _made = Cut.objects.get_or_create(episode=self, is_default=True)
        return cut
