from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import Membership, StudioRow
from titles.catalog.models import Episode


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self) -> Self:
        """Those that have not ended."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))

    def of(self, member: Membership) -> Self:
        return self.filter(member=member)


class Assignment(StudioRow):
    """Who does which language of which episode, by when; for a guest it is also all that they see.

    A guest sees the episode, its series and the subtitles that the work needs until ``ends_at``, and downloads
    masters and subtitle files only where ``may_download`` says so. ``language`` is BCP 47; empty is the episode as a
    whole (a guest who only looks).
    """

    member: Any = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="assignments",
        verbose_name=_("who"),
    )
    episode: Any = models.ForeignKey(
        Episode,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="assignments",
        verbose_name=_("episode"),
    )
    language = models.CharField(_("language"), max_length=35, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    may_download = models.BooleanField(_("may download"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("assigned by"),
    )
    made_at = models.DateTimeField(_("assigned"), auto_now_add=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            parent(),
            SameStudio(field="member"),
            SameStudio(field="episode"),
            models.UniqueConstraint(
                fields=["studio", "member", "episode", "language"], name="one_assignment_per_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.episode} {self.language}".rstrip()

    def is_current(self) -> bool:
        return self.ends_at is None or self.ends_at > timezone.now()
