from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.languages import language_name
from titles.catalog.models import Cut


class Kind(models.TextChoices):
    FULL = "full", _("full")
    SDH = "sdh", _("for the deaf and hard of hearing")
    FORCED = "forced", _("forced")
    DUB = "dub", _("dubbing script")


class Track(StudioRow):
    """The subtitles of one cut in one language (BCP 47) of one kind. Its state is that of its newest version."""

    Kind = Kind

    cut: Any = models.ForeignKey(
        Cut, on_delete=models.PROTECT, db_constraint=False, related_name="tracks", verbose_name=_("cut")
    )
    language = models.CharField(_("language"), max_length=35)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.FULL)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("subtitle track")
        verbose_name_plural = _("subtitle tracks")
        constraints = [
            parent(),
            SameStudio(field="cut"),
            models.UniqueConstraint(
                fields=["studio", "cut", "language", "kind"], name="one_track_per_language_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cut} · {self.language}" + (f" ({self.kind})" if self.kind != Kind.FULL else "")

    def player_name(self) -> str:
        """How a player lists this track; unique among the tracks of a cut."""
        name = language_name(self.language)
        return {
            Kind.SDH: f"{name} [CC]",
            Kind.FORCED: f"{name} (forced)",
            Kind.DUB: f"{name} (dub)",
        }.get(Kind(self.kind), name)
