import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studios.models.membership import Membership
from studios.models.personal_text import PersonalText
from studios.models.studio import StudioRow
from studios.roles import Role

INVITATION_LIVES = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(~_lapsed(), accepted_at=None, withdrawn_at=None).exclude(email="")

    def lapsed(self) -> "InvitationQuerySet":
        """Those that nobody accepted in time, or while their inviter's visit lasted, and that nobody has ended yet."""
        return self.filter(_lapsed(), accepted_at=None, withdrawn_at=None)

    def end(self, **how: datetime) -> int:
        """End them (``accepted_at`` or ``withdrawn_at``) and keep nothing of the people, in the audit neither.

        Returns how many they were.
        """
        with transaction.atomic():
            ids = list(self.select_for_update(of=("self",)).values_list("pk", flat=True))
            self.model.objects.filter(pk__in=ids).update(email="", name="", **how)
            PersonalText.objects.erase(self.model._meta.label_lower, ids)
        return len(ids)


def _lapsed() -> Q:
    now = timezone.now()
    visits = Membership.objects.filter(studio=OuterRef("studio"), user=OuterRef("invited_by"), ends_at__lte=now)
    return Q(expires_at__lte=now) | Q(Exists(visits))


class Invitation(StudioRow):
    """An offer to join the studio with roles, mailed as a link; only the hash of the link's secret is kept.

    The membership begins when the person accepts. Address and name are personal data of somebody who may never join:
    they are emptied when the invitation ends.
    """

    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=16, choices=Role.choices), verbose_name=_("roles"))
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True, verbose_name=_("languages"))
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    made_at = models.DateTimeField(_("invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @classmethod
    def make(
        cls, *, email: str, name: str, roles: Sequence[str], languages: Sequence[str], by: Any
    ) -> tuple["Invitation", str]:
        """Invite somebody; returns the row and the secret of its link, which is nowhere else."""
        secret, columns = cls.new_link()
        invitation = cls.objects.create(
            email=email.lower(), name=name, roles=list(roles), languages=list(languages), invited_by=by, **columns
        )
        return invitation, secret

    @staticmethod
    def new_link() -> tuple[str, dict[str, Any]]:
        """The secret of a link, and the columns of an invitation that it opens from now on."""
        secret = secrets.token_urlsafe(32)
        return secret, {"secret_hash": hash_of(secret), "expires_at": timezone.now() + INVITATION_LIVES}

    @staticmethod
    def studio_of(secret: str) -> UUID | None:
        """The studio of the link's invitation, before any scope; None for a link that never was."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_studio_of_invitation(%s)", [hash_of(secret)])
            row = cursor.fetchone()
        return row[0] if row else None


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
