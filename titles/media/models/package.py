from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.models import Cut
from titles.media.models.audio_track import AudioTrack
from titles.media.models.master import Master


def packages_storage() -> Any:
    return storages["packages"]


class Kind(models.TextChoices):
    PICTURE = "picture", _("picture")
    SOUND = "sound", _("sound")


class Stream(StudioRow):
    """One file that players fetch by byte ranges: a rung or an audio track, addressed by the digest of its bytes.

    It lies in ``<studio>/packages/<digest>/`` of the packages storage; ``facts`` is its stream.json.
    """

    Kind = Kind

    digest = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    facts = models.JSONField()
    size_bytes = models.BigIntegerField(_("size"))

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        constraints = [
            parent(),
            models.UniqueConstraint(fields=["studio", "digest"], name="one_stream_per_digest"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]

    def folder(self) -> str:
        return f"{self.studio_id}/packages/{self.digest}"


class PackageQuerySet(models.QuerySet["Package"]):
    def newest_first(self) -> "PackageQuerySet":
        """By master first: a package of an older master that is finished late is not the newer picture."""
        return self.order_by("-master__number", "-number", "id")


class Package(StudioRow):
    """The picture and sound of one master as named streams, with poster and mezzanine. A row exists only when whole."""

    cut: Any = models.ForeignKey(
        Cut, on_delete=models.PROTECT, db_constraint=False, related_name="packages", verbose_name=_("cut")
    )
    master: Any = models.ForeignKey(
        Master,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="packages",
        verbose_name=_("master"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    quality = models.CharField(_("quality"), max_length=8)
    duration_ms = models.PositiveIntegerField(_("duration"))
    frame_count = models.PositiveIntegerField(_("frames"))
    poster = models.FileField(_("poster"), storage=packages_storage, max_length=200)
    poster_width_px = models.PositiveIntegerField()
    poster_height_px = models.PositiveIntegerField()
    poster_sha256 = models.CharField(max_length=64)
    mezzanine = models.FileField(_("mezzanine"), storage=packages_storage, max_length=200)
    mezzanine_bytes = models.BigIntegerField()
    mezzanine_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints = [
            parent(),
            SameStudio(field="cut"),
            SameStudio(field="master"),
            models.UniqueConstraint(fields=["studio", "cut", "number"], name="one_package_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.cut} #{self.number}"


class Rendition(StudioRow):
    """A stream in a package: one rung of the ladder, or one audio track."""

    package: Any = models.ForeignKey(Package, on_delete=models.CASCADE, db_constraint=False, related_name="renditions")
    stream: Any = models.ForeignKey(Stream, on_delete=models.PROTECT, db_constraint=False, related_name="renditions")
    audio_track: Any = models.ForeignKey(
        AudioTrack,
        null=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="renditions",
    )

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            SameStudio(field="package"),
            SameStudio(field="stream"),
            SameStudio(field="audio_track"),
            models.UniqueConstraint(fields=["studio", "package", "stream"], name="each_stream_once_per_package"),
        ]

    def __str__(self) -> str:
        facts = self.stream.facts
        return f"{facts['width_px']}x{facts['height_px']}" if self.audio_track is None else str(self.audio_track)
