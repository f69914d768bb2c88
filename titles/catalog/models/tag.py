from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.models.series import Series


class Kind(models.TextChoices):
    GENRE = "genre", _("genre")
    TROPE = "trope", _("trope")


class Tag(StudioRow):
    """A genre (romance) or a trope (secret heiress) in the studio's taxonomy."""

    Kind = Kind

    slug = models.SlugField(_("short name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TROPE)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            parent(),
            models.UniqueConstraint(fields=["studio", "slug"], name="one_tag_per_short_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SeriesTag(StudioRow):
    """A tag on a series."""

    series: Any = models.ForeignKey(Series, on_delete=models.CASCADE, db_constraint=False, related_name="series_tags")
    tag: Any = models.ForeignKey(
        Tag,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="series_tags",
        verbose_name=_("tag"),
    )

    class Meta:
        verbose_name = _("tag of the series")
        verbose_name_plural = _("tags of the series")
        constraints = [
            SameStudio(field="series"),
            SameStudio(field="tag"),
            models.UniqueConstraint(fields=["studio", "series", "tag"], name="each_tag_once_per_series"),
        ]

    def __str__(self) -> str:
        return str(self.tag)
