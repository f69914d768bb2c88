import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.models.user import User

LINK_LIVES = timedelta(days=7)


class LinkSpent(Exception):
    """The sign-in link was used, has expired, or never existed."""


class SignInLink(models.Model):
    """A one-time address by which a new member sets a password; only the hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link for {self.user}"

    @classmethod
    def make(cls, user: User, *, by: User | None) -> str:
        """Make a link for ``user`` and return its secret, which is nowhere else."""
        secret = secrets.token_urlsafe(32)
        cls.objects.create(user=user, made_by=by, secret_hash=_hash(secret), expires_at=timezone.now() + LINK_LIVES)
        return secret

    @classmethod
    def user_of(cls, secret: str) -> User:
        """The person that the link would sign in. Raises LinkSpent."""
        link = (
            cls.objects.select_related("user")
            .filter(
                secret_hash=_hash(secret),
                used_at=None,
                expires_at__gt=timezone.now(),
                user__is_active=True,
            )
            .first()
        )
        if link is None:
            raise LinkSpent(_("This link was used already or has expired. Ask the studio's owner for a new one."))
        return link.user

    @classmethod
    def spend(cls, secret: str) -> User:
        """Use the link, once: of two people opening it at the same time one is refused. Raises LinkSpent."""
        user = cls.user_of(secret)
        used = cls.objects.filter(secret_hash=_hash(secret), used_at=None).update(used_at=timezone.now())
        if not used:
            raise LinkSpent(_("This link was used a moment ago. Ask the studio's owner for a new one."))
        return user


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
