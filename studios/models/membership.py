from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.models.studio import StudioRow
from studios.models.user import User
from studios.roles import PER_LANGUAGE, Action, Role, may


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
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["studio", "user"], name="one_membership_per_person"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def may(self, action: Action, *, language: str = "") -> bool:
        """Whether this member may do ``action``, in ``language`` where the action is one per language."""
        if action in PER_LANGUAGE and language and self.languages and language not in self.languages:
            return Role.OWNER in self.roles
        return may(self.roles, action)
