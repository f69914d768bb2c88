from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from localization import formats
from localization.models.track import Track
from studios.keys import SameStudio, parent
from studios.models import Notice, StatefulRow
from studios.notices import tell
from studios.searching import TextQuerySet
from titles.jobs.models import Job
from titles.media.models import Master


class OwnWork(Exception):
    """Whoever wrote something may not approve it or send it back."""


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in review", _("in review")
    CHANGES_REQUESTED = "changes requested", _("changes requested")
    APPROVED = "approved", _("approved")


class VersionQuerySet(TextQuerySet["Version"]):
    def newest_first(self) -> "VersionQuerySet":
        return self.order_by("-number", "id")

    def awaiting_review(self) -> "VersionQuerySet":
        return self.filter(state=State.IN_REVIEW)

    def approved(self) -> "VersionQuerySet":
        return self.filter(state=State.APPROVED)


class Version(StatefulRow):
    """A frozen state of a track: one canonical document and its digest. Only its state ever moves.

    ``master`` is what it was timed to; ``translated_from`` is the version of another language that it renders.
    """

    State = State

    track: Any = models.ForeignKey(
        Track,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="versions",
        verbose_name=_("track"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    cue_count = models.PositiveIntegerField(_("cues"))
    master: Any = models.ForeignKey(
        Master,
        null=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="versions",
        verbose_name=_("timed to"),
    )
    translated_from: Any = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="translations",
        verbose_name=_("translated from"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
    )
    original_name = models.CharField(_("file"), max_length=255, blank=True)
    encoding = models.CharField(_("encoding"), max_length=32, blank=True)
    repairs = models.JSONField(_("repairs"), default=list)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            parent(),
            SameStudio(field="track"),
            SameStudio(field="master"),
            SameStudio(field="translated_from"),
            models.UniqueConstraint(fields=["studio", "track", "number"], name="one_version_per_number"),
        ]
        indexes = [models.Index(fields=["studio", "-created_at", "-id"], name="versions_newest_first")]

    def __str__(self) -> str:
        return f"{self.track}, v{self.number}"

    def read(self) -> "formats.Document":
        return formats.Document.from_canonical(self.document)

    def submit(self, *, by: Any) -> "Version":
        """Ask for a review. Raises MovedOn."""
        return self.move(State.DRAFT, State.IN_REVIEW, by=by)

    def approve(self, *, by: Any) -> "Version":
        """Accept it for release; its file then goes into a new edition. Raises OwnWork, MovedOn."""
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.APPROVED, by=by)
            Job.enqueue("hand down", self, by=by)
        return self

    def ask_for_changes(self, *, by: Any, why: str) -> "Version":
        """Send it back with a reason. Raises OwnWork, MovedOn."""
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.CHANGES_REQUESTED, by=by, why=why)
            tell(self.author, Notice.Kind.REFUSAL, self, _("%(row)s was sent back: %(why)s"), by=by, why=why)
        return self

    def _refuse_author(self, by: Any) -> None:
        if by == self.author:
            raise OwnWork(_now("You wrote %(version)s, so somebody else has to review it.") % {"version": self})
