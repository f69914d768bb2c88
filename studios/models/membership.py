from functools import cached_property
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studios.keys import parent
from studios.models.studio import StudioRow
from studios.models.user import User
from studios.roles import BY_STAND_IN, PER_LANGUAGE, WHILE_CLOSING, Action, Role, may


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        """Those that have not run out."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))


class Membership(StudioRow):
    """A person in a studio, with roles; editors and reviewers may be limited to named languages."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    roles = ArrayField(models.CharField(max_length=16, choices=Role.choices), verbose_name=_("roles"))
    languages = ArrayField(
        models.CharField(max_length=35),
        default=list,
        blank=True,
        verbose_name=_("languages"),
        help_text=_("For editors and reviewers; none named means all."),
    )
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)
    why = models.TextField(
        _("why"), blank=True, editable=False, help_text=_("What platform staff said when they came in.")
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            parent(),
            models.UniqueConstraint(fields=["studio", "user"], name="one_membership_per_person"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def may(self, action: Action, *, language: str = "", work_of: UUID | None = None) -> bool:
        """Whether this member may do ``action``, in ``language`` where the action is one per language.

        Approving and reviewing are also done in the place of those who are away, but for what the one who is away
        made: ``work_of`` is the id of that person. While the studio is closing, nobody changes anything.
        """
        if self.studio.is_closing and action not in WHILE_CLOSING:
            return False
        return self.may_by_own_roles(action, language) or bool(self.stands_in_for(action, language, work_of=work_of))

    def stands_in_for(self, action: Action, language: str = "", *, work_of: UUID | None = None) -> list["Membership"]:
        """In whose place this member may do ``action`` today; nobody's, where their own roles allow it."""
        if action not in BY_STAND_IN or self.may_by_own_roles(action, language):
            return []
        return [
            away
            for away in self.away_and_represented
            if away.user_id != work_of and away.may_by_own_roles(action, language)
        ]

    @property
    def is_visit(self) -> bool:
        """Whether somebody of the platform's staff is here for a while."""
        return self.ends_at is not None

    @property
    def is_guest(self) -> bool:
        """Whether this member sees only what is assigned to them."""
        return not may(self.roles, Action.READ)

    @cached_property
    def away_and_represented(self) -> list["Membership"]:
        """The members for whom this one stands in today."""
        today = timezone.localdate(timezone=self.studio.zone())
        days = {"stand_ins__from_date__lte": today, "stand_ins__until_date__gte": today}
        away = Membership.objects.current().filter(stand_ins__deputy=self, **days)
        return list(away.distinct().select_related("user"))

    def may_by_own_roles(self, action: Action, language: str = "") -> bool:
        """Whether this member may do ``action`` without standing in for anybody."""
        if action in PER_LANGUAGE and language and self.languages and language not in self.languages:
            return Role.OWNER in self.roles
        return may(self.roles, action)
