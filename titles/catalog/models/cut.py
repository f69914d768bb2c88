from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow


class Cut(StudioRow):
    """One picture edit of an episode: the default, or a named alternate (another song, a kiss removed)."""

    episode: Any = models.ForeignKey(
        "catalog.Episode",
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="cuts",
        verbose_name=_("episode"),
    )
    is_default = models.BooleanField(_("default"), default=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    why = models.CharField(_("why it exists"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("cut")
        verbose_name_plural = _("cuts")
        constraints = [
            parent(),
            SameStudio(field="episode"),
            models.UniqueConstraint(
                fields=["studio", "episode"],
                condition=models.Q(is_default=True),
                name="one_default_cut_per_episode",
            ),
            models.UniqueConstraint(fields=["studio", "episode", "name"], name="one_cut_per_name"),
            models.CheckConstraint(
                condition=models.Q(is_default=True, name="") | (models.Q(is_default=False) & ~models.Q(name="")),
                name="only_alternate_cuts_have_names",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.episode} · {self.name}" if self.name else str(self.episode)
