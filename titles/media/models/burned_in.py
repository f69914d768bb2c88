from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio
from studios.models import StatefulRow
from titles.jobs.models import Job
from titles.media.burning import STANDARD
from titles.media.models.edition import Edition, Sidecar
from titles.media.models.package import Package, packages_storage


class State(models.TextChoices):
    WAITING = "waiting", _("is being made")
    DONE = "done", _("ready")


class BurnedIn(StatefulRow):
    """A film of a package with one subtitle file in its picture, in one style. The file is there when it is ready."""

    State = State

    package: Any = models.ForeignKey(Package, on_delete=models.PROTECT, db_constraint=False, related_name="burned_in")
    sidecar: Any = models.ForeignKey(Sidecar, on_delete=models.PROTECT, db_constraint=False, related_name="burned_in")
    #: titles.media.burning's Style: its digest is part of what the film is addressed by.
    style = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    file = models.FileField(_("file"), storage=packages_storage, max_length=200, blank=True)
    size_bytes = models.BigIntegerField(_("size"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)

    class Meta:
        verbose_name = _("film with burned-in subtitles")
        verbose_name_plural = _("films with burned-in subtitles")
        constraints = [
            SameStudio(field="package"),
            SameStudio(field="sidecar"),
            models.UniqueConstraint(
                fields=["studio", "package", "sidecar", "style"], name="one_film_per_package_subtitles_and_style"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package.cut}, {self.sidecar}"

    @classmethod
    def wish(cls, edition: Edition, sidecar: Sidecar, *, by: Any) -> "BurnedIn":
        """Ask for the film of ``edition`` with ``sidecar`` in its picture; one that is ready is returned as it is."""
        with transaction.atomic():
            film, _made = cls.objects.get_or_create(package=edition.package, sidecar=sidecar, style=STANDARD.digest)
            if film.state == State.WAITING:
                Job.enqueue("burn in", film, by=by)
        return film
