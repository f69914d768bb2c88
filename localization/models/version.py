from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from localization import formats
from localization.models.conforming import TimingConfirmation
from localization.models.track import Track
from studios.keys import SameStudio, parent
from studios.models import MovedOn, Notice, StatefulRow
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
    TAKEN_BACK = "taken back", _("taken back")


class VersionQuerySet(TextQuerySet["Version"]):
    def newest_first(self) -> "VersionQuerySet":
        return self.order_by("-number", "id")

    def kept(self) -> "VersionQuerySet":
        """Without what was taken back: of these the newest is the one that counts."""
        return self.exclude(state=State.TAKEN_BACK)

    def newest_of_tracks(self) -> "VersionQuerySet":
        """Of each track the newest that was not taken back."""
        return self.kept().order_by("track", "-number").distinct("track")

    def timed_to(self, master: Master) -> "VersionQuerySet":
        """Those whose times fit ``master``: made for it, or confirmed for it by somebody.

        What was made before any master was accepted belongs to the first that is.
        """
        earlier = Master.objects.accepted().filter(cut=OuterRef("track__cut"), number__lt=master.number)
        confirmed = Exists(TimingConfirmation.objects.filter(version=OuterRef("pk"), master=master))
        return self.filter(Q(master=master) | Q(~Exists(earlier), master=None) | Q(confirmed))

    def with_timing(self) -> "VersionQuerySet":
        """Annotate which master counts and whether the times fit it: ``is_timing_unconfirmed`` when nobody said so.

        ``newest_master_id`` and ``_number`` are those of the newest accepted master of the cut, ``timed_master_id`` is
        that of the one that the times were made for.
        """
        accepted = Master.objects.accepted().filter(cut=OuterRef("track__cut"))
        newest, first = accepted.order_by("-number"), accepted.order_by("number")
        confirmed = TimingConfirmation.objects.filter(version=OuterRef("pk"), master=OuterRef("newest_master_id"))
        known = self.annotate(
            newest_master_id=Subquery(newest.values("pk")[:1]),
            newest_master_number=Subquery(newest.values("number")[:1]),
            timed_master_id=Coalesce("master", Subquery(first.values("pk")[:1])),
        )
        fits = Q(newest_master_id=None) | Q(timed_master_id=F("newest_master_id")) | Q(Exists(confirmed))
        return known.annotate(is_timing_unconfirmed=Case(When(fits, then=False), default=True))

    def timing_unconfirmed(self) -> "VersionQuerySet":
        """Those that were timed to another master than the newest accepted one of their cut."""
        return self.with_timing().filter(Q(is_timing_unconfirmed=True))

    def awaiting_review(self) -> "VersionQuerySet":
        return self.filter(state=State.IN_REVIEW)

    def approved(self) -> "VersionQuerySet":
        return self.filter(state=State.APPROVED)


class Version(StatefulRow):
    """A frozen state of a track: one canonical document and its digest. Only its state ever moves.

    ``master`` is what it was timed to; ``translated_from`` is the version of another language that it renders;
    ``retimed_from`` is the version whose text it has at other times, and ``conforming`` the confirmation that made it.
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
    retimed_from: Any = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="retimings",
        verbose_name=_("same text as"),
    )
    conforming: Any = models.ForeignKey(
        "localization.Conforming",
        null=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="versions",
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
            SameStudio(field="retimed_from"),
            SameStudio(field="conforming"),
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

    def confirm_timing(self, *, by: Any) -> "Version":
        """Say that its times hold for the newest accepted master as well. What is approved then goes over its picture.

        Whoever wrote an approved version has somebody else say so. Raises OwnWork, MovedOn.
        """
        if self.state == State.APPROVED:
            self._refuse_author(by)
        with transaction.atomic():
            waiting = Version.objects.kept().filter(pk=self.pk).timing_unconfirmed()
            now: Any = waiting.select_for_update(of=("self",), no_key=True).first()
            if now is None:
                raise MovedOn(_now("The timing of %(version)s is confirmed already.") % {"version": self})
            TimingConfirmation.confirm(now, Master.objects.get(pk=now.newest_master_id), by=by)
        return self

    def approve(self, *, by: Any) -> "Version":
        """Accept it for release; its file then goes into a new edition. Raises OwnWork, MovedOn."""
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.APPROVED, by=by)
            self.hand_down(by=by)
        return self

    def hand_down(self, *, by: Any = None) -> None:
        """Have its file go with the pictures that it is timed to, if it is approved."""
        if self.state == State.APPROVED:
            Job.enqueue("hand down", self, by=by)

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
