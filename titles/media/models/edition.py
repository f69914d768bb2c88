from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.models import Cut
from titles.media.models.master import Master
from titles.media.models.package import Package


class SidecarQuerySet(models.QuerySet["Sidecar"]):
    def timed_to(self, master: Master) -> "SidecarQuerySet":
        """Those that fit the picture of ``master``; what names none was made before there was any, for the first."""
        earlier = Master.objects.accepted().filter(cut=models.OuterRef("cut"), number__lt=master.number)
        return self.filter(models.Q(master=master) | models.Q(~models.Exists(earlier), master=None))

    def current(self) -> "SidecarQuerySet":
        """Of each language and kind the one handed down last, unless it was taken back."""
        newest = self.order_by("cut", "language", "kind", "-handed_down_at", "-id").distinct("cut", "language", "kind")
        return self.filter(pk__in=newest.values("pk"), withdrawn_at=None).order_by("language", "kind", "id")


class Sidecar(StudioRow):
    """A subtitle file as localization handed it down: WebVTT text of one language and kind, timed to one master.

    Media knows no more. ``kind`` is "full", "sdh", "forced" or "dub"; ``origin_id`` is the id of whatever it was made
    from upstairs.
    """

    cut: Any = models.ForeignKey(Cut, on_delete=models.PROTECT, db_constraint=False, related_name="sidecars")
    language = models.CharField(_("language"), max_length=35)
    kind = models.CharField(_("kind"), max_length=8)
    master: Any = models.ForeignKey(
        Master, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="sidecars"
    )
    name = models.CharField(_("name in players"), max_length=80)
    webvtt = models.TextField()
    sha256 = models.CharField(max_length=64)
    origin_id = models.UUIDField()
    handed_down_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = SidecarQuerySet.as_manager()

    class Meta:
        verbose_name = _("subtitle file")
        verbose_name_plural = _("subtitle files")
        constraints = [
            parent(),
            SameStudio(field="cut"),
            SameStudio(field="master"),
            models.UniqueConstraint(
                fields=["studio", "cut", "language", "kind", "sha256", "master"],
                name="each_sidecar_text_once_per_master",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} ({self.kind})"


class EditionQuerySet(models.QuerySet["Edition"]):
    def newest_first(self) -> "EditionQuerySet":
        return self.order_by("-package__master__number", "-package__number", "-composed_at", "-id")


class Edition(StudioRow):
    """One playable whole: a package and pinned subtitle files, addressed by the digest of its manifests.

    It lies in ``<studio>/editions/<digest>/`` of the packages storage, text only.
    """

    package: Any = models.ForeignKey(
        Package,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="editions",
        verbose_name=_("package"),
    )
    digest = models.CharField(max_length=64)
    #: Of all its files together; 0 for those that were composed before anybody counted.
    size_bytes = models.PositiveIntegerField(_("size"), default=0)
    sidecars = models.ManyToManyField(Sidecar, through="media.EditionSidecar", related_name="editions")
    #: When it was last made the current one; composing the same digest again only touches this.
    composed_at = models.DateTimeField(_("composed"), default=timezone.now)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            parent(),
            SameStudio(field="package"),
            models.UniqueConstraint(fields=["studio", "package", "digest"], name="one_edition_per_digest"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]

    def folder(self) -> str:
        return f"{self.studio_id}/editions/{self.digest}"


class EditionSidecar(StudioRow):
    """A subtitle file in an edition, under the file name that it has there."""

    edition: Any = models.ForeignKey(
        Edition, on_delete=models.CASCADE, db_constraint=False, related_name="edition_sidecars"
    )
    sidecar: Any = models.ForeignKey(
        Sidecar, on_delete=models.PROTECT, db_constraint=False, related_name="edition_sidecars"
    )
    file_name = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("subtitle file of the edition")
        verbose_name_plural = _("subtitle files of the edition")
        constraints = [
            SameStudio(field="edition"),
            SameStudio(field="sidecar"),
            models.UniqueConstraint(fields=["studio", "edition", "sidecar"], name="each_sidecar_once_per_edition"),
        ]

    def __str__(self) -> str:
        return self.file_name
