from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import storages
from django.db import models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import MovedOn, StatefulRow
from studios.searching import TextQuerySet
from titles.catalog.models import Cut
from titles.jobs.models import Job
from titles.media.judging import Severity


def masters_storage() -> Any:
    return storages["masters"]


class OwnUpload(Exception):
    """Whoever uploaded a master may not waive what was found in it."""


class StillNeeded(Exception):
    """The file of a master is needed where it is; the text says what for."""


class State(models.TextChoices):
    RECEIVED = "received", _("waiting for its check")
    ACCEPTED = "accepted", _("accepted")
    NEEDS_WAIVER = "needs waiver", _("needs a waiver")
    REJECTED = "rejected", _("rejected")


class Place(models.TextChoices):
    """The store that has the file; the values are aliases of the settings' STORAGES."""

    AT_HAND = "masters", _("at hand")
    COLD = "cold", _("in cold storage")


class MasterQuerySet(TextQuerySet["Master"]):
    def accepted(self) -> "MasterQuerySet":
        return self.filter(state=State.ACCEPTED)

    def newest_first(self) -> "MasterQuerySet":
        return self.order_by("-number", "id")


class Master(StatefulRow):
    """The source of a cut as it was delivered, numbered, with its checksum, probe and findings. Never changed."""

    State = State
    Place = Place

    cut: Any = models.ForeignKey(
        Cut, on_delete=models.PROTECT, db_constraint=False, related_name="masters", verbose_name=_("cut")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    stored_in = models.CharField(_("stored"), max_length=8, choices=Place.choices, default=Place.AT_HAND)
    file = models.FileField(_("file"), storage=masters_storage, max_length=200)
    original_name = models.CharField(_("name when uploaded"), max_length=255)
    size_bytes = models.BigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.RECEIVED)
    #: titles.media.checking's Inspection as JSON, kept so that stricter limits can be judged later without the file.
    inspection = models.JSONField(null=True)
    #: What its picture looks like (titles.media.likeness), to be found again among the masters of the studio.
    marks: Any = ArrayField(models.BigIntegerField(), default=list)

    objects = MasterQuerySet.as_manager()

    class Meta:
        verbose_name = _("master")
        verbose_name_plural = _("masters")
        constraints = [
            parent(),
            SameStudio(field="cut"),
            models.UniqueConstraint(fields=["studio", "cut", "number"], name="one_master_per_number"),
            models.UniqueConstraint(
                fields=["studio", "cut", "sha256"],
                name="each_file_once_per_cut",
                violation_error_message=_("This cut already has exactly this file as a master."),
            ),
        ]
        indexes = [
            models.Index(fields=["studio", "-uploaded_at", "-id"], name="masters_newest_first"),
            models.Index(fields=["studio", "sha256"], name="masters_by_content"),
        ]

    def __str__(self) -> str:
        return _now("%(cut)s, master %(number)s") % {"cut": self.cut, "number": self.number}

    def duration_ms(self) -> int | None:
        """How long the picture lasts, as the probe found it; None before the check."""
        video = ((self.inspection or {}).get("probe") or {}).get("video")
        return video["duration_ms"] if video else None

    def transcode(self, *, by: Any) -> "Master":
        """Have its package made again: what is in the store and whole stays, what is lost or damaged is replaced."""
        Job.enqueue("transcode", self, by=by)
        return self

    def waive(self, *, by: Any, why: str) -> "Master":
        """Accept a master that is outside a limit; a second person does it and says why. It is then transcoded.

        Every rule that asks for it gets a Waiver of its own, so that what is found later needs another.
        Raises OwnUpload, MovedOn.
        """
        if by == self.uploaded_by:
            raise OwnUpload(_now("You uploaded this master; somebody else has to waive what was found in it."))
        with transaction.atomic():
            self.move(State.NEEDS_WAIVER, State.ACCEPTED, by=by, why=why)
            waived = set(self.waivers.values_list("rule", flat=True))
            found = set(self.findings.filter(severity=Severity.WAIVER).values_list("rule", flat=True))
            for rule in sorted(found - waived):
                self.waivers.create(rule=rule, why=why, person=by)
            self.go_on(by=by)
        return self

    def go_on(self, *, by: Any = None) -> None:
        """Have what comes after its acceptance done: a film made of it, and its sound compared with older ones."""
        Job.enqueue("transcode", self, by=by)
        if Master.objects.filter(cut=self.cut_id, number__lt=self.number).accepted().exists():
            Job.enqueue("align", self, by=by)

    def refuse_while_needed(self) -> None:
        """Raise StillNeeded unless everything was made of the file that is made of it, and nothing works on it."""
        if not self.packages.exists():
            raise StillNeeded(_now("Its package is not finished; masters stay at hand until then."))
        others = Job.objects.about(self, self.cut).unfinished().exclude(kind="move to cold storage")
        if others.exists():
            raise StillNeeded(_now("Work on it is under way; move it when that is over."))

    def move_to_cold_storage(self, *, by: Any) -> "Master":
        """Have the file moved to the store that is cheap and slow. Raises StillNeeded, MovedOn."""
        if self.stored_in == Place.COLD:
            raise MovedOn(_now("%(row)s is in cold storage already.") % {"row": self})
        self.refuse_while_needed()
        Job.enqueue("move to cold storage", self, by=by)
        return self

    def recall(self, *, by: Any) -> "Master":
        """Have the file brought back to where work is done. Raises MovedOn."""
        if self.stored_in == Place.AT_HAND:
            raise MovedOn(_now("%(row)s is at hand already.") % {"row": self})
        Job.enqueue("recall", self, by=by)
        return self
