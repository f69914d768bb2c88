from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import Notice, StatefulRow, StudioRow
from studios.notices import tell
from titles.catalog.models import Cut, Episode, Series
from titles.distribution.models.partner import Partner
from titles.distribution.priorities import GIVE, TAKE_AWAY
from titles.jobs.models import Job
from titles.media.models import Edition


class OwnRelease(Exception):
    """Whoever submitted a release may not approve it or send it back."""


class State(models.TextChoices):
    IN_REVIEW = "in review", _("in review")
    CHANGES_REQUESTED = "changes requested", _("changes requested")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TAKEN_DOWN = "taken down", _("taken down for legal reasons")


#: States of a release that partners have seen, or see.
ONCE_APPROVED = (State.APPROVED, State.WITHDRAWN, State.TAKEN_DOWN)


class ReleaseQuerySet(models.QuerySet["Release"]):
    def newest_first(self) -> "ReleaseQuerySet":
        return self.order_by("-number", "id")

    def awaiting_review(self) -> "ReleaseQuerySet":
        return self.filter(state=State.IN_REVIEW)

    def of(self, series: Series, episode: Episode | None) -> "ReleaseQuerySet":
        """The releases of an episode, or of the series card."""
        return self.filter(series=series, episode=episode)


class Release(StatefulRow):
    """A frozen, numbered snapshot of an episode, or of a series card, that was submitted for approval.

    Without an episode it is the series card. ``document`` never changes (the database refuses it); partners see the
    newest release that was approved for them. ``partners`` are the ones it is for; none named means all.
    """

    State = State

    series: Any = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="releases",
        verbose_name=_("series"),
    )
    episode: Any = models.ForeignKey(
        Episode,
        null=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="releases",
        verbose_name=_("episode"),
    )
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.IN_REVIEW)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    partners = models.ManyToManyField(
        Partner, through="distribution.ReleasePartner", related_name="releases", verbose_name=_("partners")
    )
    submitted_at = models.DateTimeField(_("submitted"), auto_now_add=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            parent(),
            SameStudio(field="series"),
            SameStudio(field="episode"),
            models.UniqueConstraint(
                fields=["studio", "series", "episode", "number"],
                name="one_release_per_number",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["studio", "-submitted_at", "-id"], name="releases_newest_first")]

    def __str__(self) -> str:
        return _now("%(subject)s, release %(number)s") % {
            "subject": self.episode or self.series,
            "number": self.number,
        }

    def subject_id(self) -> UUID:
        """The id of the episode, or of the series when this is its card."""
        return self.episode_id or self.series_id

    def approve(self, *, by: Any) -> "Release":
        """Let it go to its partners, as their rights allow. Raises OwnRelease, MovedOn."""
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.APPROVED, by=by)
            Job.enqueue("relay", self.series, by=by, priority=GIVE)
        return self

    def ask_for_changes(self, *, by: Any, why: str) -> "Release":
        """Send it back with a reason; the next submission is a new release. Raises OwnRelease, MovedOn."""
        self._refuse_author(by)
        with transaction.atomic():
            self.move(State.IN_REVIEW, State.CHANGES_REQUESTED, by=by, why=why)
            tell(self.author, Notice.Kind.REFUSAL, self, _("%(row)s was sent back: %(why)s"), by=by, why=why)
        return self

    def withdraw(self, *, by: Any, why: str, legal: bool = False) -> "Release":
        """Take an approved release from all its partners; none of them falls back to an older one. Raises MovedOn.

        Packs that already lie in a partner's dropbox stay there.
        """
        with transaction.atomic():
            self.move(State.APPROVED, State.TAKEN_DOWN if legal else State.WITHDRAWN, by=by, why=why)
            Job.enqueue("relay", self.series, by=by, priority=TAKE_AWAY)
        return self

    def _refuse_author(self, by: Any) -> None:
        if by == self.author:
            raise OwnRelease(_now("You submitted %(release)s, so somebody else has to review it.") % {"release": self})


class ReleaseCut(StudioRow):
    """The edition of one cut that a release pins."""

    release: Any = models.ForeignKey(
        Release, on_delete=models.CASCADE, db_constraint=False, related_name="release_cuts"
    )
    cut: Any = models.ForeignKey(Cut, on_delete=models.PROTECT, db_constraint=False, related_name="release_cuts")
    edition: Any = models.ForeignKey(
        Edition, on_delete=models.PROTECT, db_constraint=False, related_name="release_cuts"
    )

    class Meta:
        verbose_name = _("cut of the release")
        verbose_name_plural = _("cuts of the release")
        constraints = [
            SameStudio(field="release"),
            SameStudio(field="cut"),
            SameStudio(field="edition"),
            models.UniqueConstraint(fields=["studio", "release", "cut"], name="each_cut_once_per_release"),
        ]

    def __str__(self) -> str:
        return str(self.cut)


class ReleasePartner(StudioRow):
    """A partner that a release is for."""

    release: Any = models.ForeignKey(
        Release, on_delete=models.CASCADE, db_constraint=False, related_name="release_partners"
    )
    partner: Any = models.ForeignKey(
        Partner, on_delete=models.PROTECT, db_constraint=False, related_name="release_partners"
    )

    class Meta:
        verbose_name = _("partner of the release")
        verbose_name_plural = _("partners of the release")
        constraints = [
            SameStudio(field="release"),
            SameStudio(field="partner"),
            models.UniqueConstraint(fields=["studio", "release", "partner"], name="each_partner_once_per_release"),
        ]

    def __str__(self) -> str:
        return str(self.partner)
