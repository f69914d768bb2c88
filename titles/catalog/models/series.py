from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from studios.keys import parent
from studios.models import StudioRow
from studios.searching import TextQuerySet


class SeriesQuerySet(TextQuerySet["Series"]):
    def with_episode_count(self) -> "SeriesQuerySet":
        """Annotate ``episode_count``: by an index (only episodes have numbers), and for the rows of a page alone."""
        episodes = apps.get_model("catalog.Episode").objects.filter(series=models.OuterRef("pk")).order_by()
        counted = episodes.values("series").annotate(count=models.Count("number")).values("count")
        return self.annotate(episode_count=Coalesce(models.Subquery(counted), 0))


class Series(StudioRow):
    """A title: one season of a vertical drama, sixty to a hundred episodes of a minute or two."""

    slug = models.SlugField(_("short name"), max_length=80, help_text=_("Used in file names and addresses."))
    title = models.CharField(_("title"), max_length=200)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    synopsis = models.TextField(_("synopsis"), blank=True)
    franchise = models.CharField(_("franchise"), max_length=200, blank=True)
    season_number = models.PositiveSmallIntegerField(_("season"), default=1)
    original_language = models.CharField(_("original language"), max_length=35, default="en")
    planned_episodes = models.PositiveSmallIntegerField(_("planned episodes"), null=True, blank=True)
    tags = models.ManyToManyField("catalog.Tag", through="catalog.SeriesTag", related_name="series")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            parent(),
            models.UniqueConstraint(fields=["studio", "slug"], name="one_series_per_short_name"),
        ]
        indexes = [models.Index(fields=["studio", "title_en", "id"], name="series_by_title")]

    def __str__(self) -> str:
        return self.title or self.slug
