from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import Move, StatefulRow, StudioRow
from titles.catalog.models import Cut
from titles.media.models import Master


class State(models.TextChoices):
    APPLIED = "applied", _("applied")
    TAKEN_BACK = "taken back", _("taken back")


class Conforming(StatefulRow):
    """One confirmation that set the subtitles of a cut to the times of a new master, in all languages at once.

    What it made are Versions that name it and TimingConfirmations; the versions before are still there.
    """

    State = State

    cut: Any = models.ForeignKey(
        Cut, on_delete=models.PROTECT, db_constraint=False, related_name="conformings", verbose_name=_("cut")
    )
    master: Any = models.ForeignKey(
        Master, on_delete=models.PROTECT, db_constraint=False, related_name="conformings", verbose_name=_("master")
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.APPLIED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    made_at = models.DateTimeField(_("confirmed"), auto_now_add=True)

    class Meta:
        verbose_name = _("conforming")
        verbose_name_plural = _("conformings")
        constraints = [parent(), SameStudio(field="cut"), SameStudio(field="master")]
        indexes = [models.Index(fields=["studio", "cut", "-id"], name="conformings_of_cut")]

    def __str__(self) -> str:
        return _now("Subtitles conformed to %(master)s") % {"master": self.master}


class TimingConfirmation(StudioRow):
    """Somebody's word that the times of a version hold for another master as well."""

    version: Any = models.ForeignKey(
        "localization.Version",
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="timing_confirmations",
        verbose_name=_("version"),
    )
    master: Any = models.ForeignKey(
        Master,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="timing_confirmations",
        verbose_name=_("master"),
    )
    conforming: Any = models.ForeignKey(
        Conforming, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="confirmations"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    at = models.DateTimeField(_("confirmed"), auto_now_add=True)

    class Meta:
        verbose_name = _("confirmation of timing")
        verbose_name_plural = _("confirmations of timing")
        constraints = [
            SameStudio(field="version"),
            SameStudio(field="master"),
            SameStudio(field="conforming"),
            models.UniqueConstraint(fields=["studio", "version", "master"], name="one_confirmation_per_master"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.master}"

    @classmethod
    def confirm(cls, version: Any, master: Master, *, by: Any, conforming: Conforming | None = None) -> None:
        """Note that ``version`` fits ``master`` as it is; an approved one is then handed down for it."""
        _made, is_new = cls.objects.get_or_create(
            version=version, master=master, defaults={"person": by, "conforming": conforming}
        )
        if is_new:
            why = _now("Timing confirmed for master %(number)s.") % {"number": master.number}
            Move.record(version, version.state, version.state, by=by, why=why)
            version.hand_down(by=by)

    def take_back(self, *, by: Any) -> None:
        """Take the word back; that it was given stays in the history of the version."""
        why = _now("No longer confirmed for master %(number)s.") % {"number": self.master.number}
        Move.record(self.version, self.version.state, self.version.state, by=by, why=why)
        self.delete()
