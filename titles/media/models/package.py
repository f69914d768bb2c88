from collections.abc import Mapping
from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import MovedOn, StudioRow
from titles.catalog.models import Cut
from titles.jobs.models import Job
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

    def mend(self, *, by: Any) -> "Stream":
        """Have it made again, from the master as it was, because its file is lost or damaged."""
        Job.enqueue("mend", self, by=by)
        return self


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
    #: titles.media.storyboard's Storyboard as JSON; its files lie with the stream that it names.
    storyboard = models.JSONField(null=True)
    #: Frames that may be the poster, best first, each {"file", "at_ms", "sharpness", "black_share", "sha256"}.
    posters = models.JSONField(default=list)
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

    def pictures(self) -> list[Stream]:
        """Its rungs, from the top down."""
        streams = [row.stream for row in self.renditions.filter(audio_track=None).select_related("stream")]
        return sorted(streams, key=lambda stream: -stream.facts["height_px"] * stream.facts["width_px"])

    def top_picture(self) -> Stream:
        return self.pictures()[0]

    def sounds(self) -> models.QuerySet["Rendition"]:
        return self.renditions.exclude(audio_track=None).select_related("stream", "audio_track").order_by("id")

    def followed_by(self, sounds: Mapping[AudioTrack, Stream], **other: Any) -> "Package":
        """Make the next package of the cut: the same picture with these sounds, and with ``other`` values.

        No file is made or rewritten. Lock the cut before.
        """
        columns = {field.attname for field in self._meta.concrete_fields} - {"id", "number", "created_at"}
        values = {**{name: getattr(self, name) for name in columns}, **other}
        number = 1 + Package.objects.filter(cut=self.cut_id).aggregate(last=models.Max("number"))["last"]
        package = Package.objects.create(number=number, **values)
        Rendition.objects.bulk_create(
            [Rendition(package=package, stream=stream) for stream in self.pictures()]
            + [Rendition(package=package, stream=stream, audio_track=track) for track, stream in sounds.items()]
        )
        return package

    def choose_poster(self, at_ms: int, *, by: Any) -> "Package":
        """Make the next package of the cut, which shows another of the offered frames; a new edition follows.

        The audit tells who chose it. Raises MovedOn when this is not the cut's newest package any more, or when the
        frame is not offered.
        """
        Cut.objects.select_for_update(no_key=True).get(pk=self.cut_id)
        newest = Package.objects.filter(cut=self.cut_id).newest_first().first()
        offered = [poster for poster in self.posters if poster["at_ms"] == at_ms]
        if newest != self or not offered:
            raise MovedOn(_now("The film was made anew meanwhile; look at its frames again."))
        sounds = {row.audio_track: row.stream for row in self.sounds()}
        package = self.followed_by(sounds, poster=offered[0]["file"], poster_sha256=offered[0]["sha256"])
        Job.enqueue("compose", self.cut, by=by)
        return package


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
