from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.media.aligning import Passage
from titles.media.models.master import Master


class Alignment(StudioRow):
    """Where the passages of one master's sound are in that of another: found once and kept, as masters never change."""

    old_master: Any = models.ForeignKey(
        Master, on_delete=models.PROTECT, db_constraint=False, related_name="alignments_to_newer", verbose_name=_("old")
    )
    new_master: Any = models.ForeignKey(
        Master, on_delete=models.PROTECT, db_constraint=False, related_name="alignments_to_older", verbose_name=_("new")
    )
    #: titles.media.aligning's Passages as JSON; together they cover the old sound.
    passages = models.JSONField()
    confidence = models.FloatField(_("alike"), validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    old_duration_ms = models.PositiveIntegerField()
    new_duration_ms = models.PositiveIntegerField()
    #: How loud both are over time, 0 to 100 in equal parts: something to draw.
    old_contour = models.JSONField(default=list)
    new_contour = models.JSONField(default=list)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)

    class Meta:
        verbose_name = _("alignment")
        verbose_name_plural = _("alignments")
        constraints = [
            parent(),
            SameStudio(field="old_master"),
            SameStudio(field="new_master"),
            models.UniqueConstraint(fields=["studio", "old_master", "new_master"], name="one_alignment_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.old_master} → {self.new_master}"

    def read(self) -> tuple[Passage, ...]:
        return tuple(Passage.from_json(passage) for passage in self.passages)
