from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.models.series import Series
from titles.catalog.pictures import open_picture


def artwork_storage() -> Any:
    return storages["artwork"]


class Purpose(models.TextChoices):
    KEY_ART = "key art", _("key art")
    COVER = "cover", _("cover")


class Artwork(StudioRow):
    """A picture of a series: decoded, re-encoded as JPEG and measured before it is kept."""

    Purpose = Purpose

    series: Any = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="artwork",
        verbose_name=_("series"),
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices, default=Purpose.KEY_ART)
    file = models.FileField(_("picture"), storage=artwork_storage, max_length=200)
    width_px = models.PositiveIntegerField(_("width"), editable=False)
    height_px = models.PositiveIntegerField(_("height"), editable=False)
    size_bytes = models.PositiveIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    focal_x = models.FloatField(_("focal point, across"), default=0.5)
    focal_y = models.FloatField(_("focal point, down"), default=0.35)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("artwork")
        verbose_name_plural = _("artwork")
        constraints = [
            parent(),
            SameStudio(field="series"),
            models.UniqueConstraint(
                fields=["studio", "series", "purpose", "sha256"], name="each_picture_once_per_series"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.width_px}x{self.height_px}"

    @classmethod
    def keep(cls, source: BinaryIO, *, series: Series, purpose: str = Purpose.KEY_ART) -> "Artwork":
        """Decode ``source``, re-encode it, and keep it as a picture of ``series``; the same picture is kept once.

        Raises titles.catalog.pictures.Unusable with a plain sentence.
        """
        picture = open_picture(source)
        existing = cls.objects.filter(series=series, purpose=purpose, sha256=picture.sha256).first()
        if existing:
            return existing
        artwork = cls(
            series=series,
            purpose=purpose,
            width_px=picture.width_px,
            height_px=picture.height_px,
            size_bytes=len(picture.jpeg),
            sha256=picture.sha256,
        )
        artwork.file.save(f"{artwork.studio_id}/{artwork.pk}.jpg", ContentFile(picture.jpeg), save=False)
        artwork.save(force_insert=True)
        return artwork
