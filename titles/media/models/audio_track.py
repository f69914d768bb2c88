from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from titles.catalog.languages import language_name
from titles.catalog.models import Cut

#: BCP 47 for what has no words: music and effects.
NO_WORDS = "zxx"


class Role(models.TextChoices):
    ORIGINAL = "original", _("original")
    DUB = "dub", _("dub")
    MUSIC_AND_EFFECTS = "music and effects", _("music and effects")
    DESCRIPTION = "description", _("description")


class AudioTrack(StudioRow):
    """One sound of a cut: its language (BCP 47) and role. The original comes with the master."""

    Role = Role

    cut: Any = models.ForeignKey(Cut, on_delete=models.PROTECT, db_constraint=False, related_name="audio_tracks")
    language = models.CharField(_("language"), max_length=35)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ORIGINAL)

    class Meta:
        verbose_name = _("audio track")
        verbose_name_plural = _("audio tracks")
        constraints = [
            parent(),
            SameStudio(field="cut"),
            models.UniqueConstraint(
                fields=["studio", "cut", "language", "role"], name="one_audio_track_per_language_and_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} ({self.get_role_display()})"

    def player_name(self) -> str:
        """How a player lists this sound, in its own language; unique among the sounds of a cut."""
        name = "M&E" if self.language == NO_WORDS else language_name(self.language)
        return {
            Role.DUB: f"{name} (dub)",
            Role.MUSIC_AND_EFFECTS: name if self.language == NO_WORDS else f"{name} (M&E)",
            Role.DESCRIPTION: f"{name} (AD)",
        }.get(Role(self.role), name)
