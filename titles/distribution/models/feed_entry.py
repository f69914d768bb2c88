from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio
from studios.models.studio import Studio
from studios.scope import current_studio
from titles.distribution.models.grant import Grant
from titles.distribution.models.partner import Partner
from titles.distribution.models.release import Release


class Operation(models.TextChoices):
    UPSERT = "upsert", _("upsert")
    DELETE = "delete", _("delete")


class Noun(models.TextChoices):
    SERIES = "series", _("series")
    EPISODE = "episode", _("episode")


def _stands(at: datetime) -> Q:
    grants = Grant.objects.standing().filter(
        partner=OuterRef("partner"), series=OuterRef("release__series"), term__contains=at
    )
    return Q(release__state=Release.State.APPROVED) & Q(Exists(grants))


class FeedEntryQuerySet(models.QuerySet["FeedEntry"]):
    def open(self) -> "FeedEntryQuerySet":
        """The newest entry of each subject and partner; the closed ones before it are evidence."""
        return self.filter(closed_at=None)

    def about(self, subject_ids: Collection[UUID]) -> "FeedEntryQuerySet":
        return self.filter(subject_id__in=subject_ids)

    def after(self, sequence: int) -> "FeedEntryQuerySet":
        """What comes after a cursor, in the order in which partners read it."""
        return self.filter(sequence__gt=sequence).order_by("sequence")

    def in_force(self, at: datetime) -> "FeedEntryQuerySet":
        """Open upserts that may be served at ``at``."""
        window = Q(until_at=None) | Q(until_at__gt=at)
        return self.open().filter(window, _stands(at), operation=Operation.UPSERT)

    def with_standing(self, at: datetime) -> "FeedEntryQuerySet":
        """Annotate ``stands``: the release is still approved and the partner holds a grant of its series at ``at``.

        What was revoked or withdrawn a moment ago is not served, though the relay has not come to it yet.
        """
        return self.annotate(stands=ExpressionWrapper(_stands(at), BooleanField()))


class FeedEntry(models.Model):
    """A partner's view of one release: numbered by the relay after commit, stored as the bytes that are served.

    Of each subject and partner one entry is open; closed ones are kept as evidence. The entry may be served from
    ``from_at`` until before ``until_at`` (None: no end), whatever the relay is doing.
    """

    Operation = Operation
    Noun = Noun

    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, default=current_studio, related_name="+")
    partner: Any = models.ForeignKey(Partner, on_delete=models.PROTECT, db_constraint=False, related_name="entries")
    sequence = models.BigIntegerField()
    operation = models.CharField(max_length=8, choices=Operation.choices)
    noun = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    release: Any = models.ForeignKey(
        Release, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="entries"
    )
    revision = models.PositiveIntegerField()
    reason = models.CharField(max_length=16, blank=True)
    body = models.TextField(blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    #: When a name in ``body`` was replaced; ``body_sha256`` stays that of the bytes that the partner was served.
    pseudonymised_at = models.DateTimeField(null=True)

    objects = FeedEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed entry")
        verbose_name_plural = _("feed entries")
        constraints = [
            SameStudio(field="partner"),
            SameStudio(field="release"),
            models.UniqueConstraint(fields=["studio", "partner", "sequence"], name="one_entry_per_sequence"),
            models.UniqueConstraint(
                fields=["studio", "partner", "subject_id"],
                condition=Q(closed_at=None),
                name="one_open_entry_per_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["studio", "partner", "sequence"],
                condition=Q(closed_at=None),
                name="open_feed_entries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.operation} {self.noun} {self.subject_id}"
