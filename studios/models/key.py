import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.models.studio import Studio, StudioRow

#: One in use and the one that takes its place.
MOST_LIVE_KEYS = 2
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


class KeyRefused(Exception):
    """The presented key is unknown, expired or revoked, or its studio is suspended."""


class TooManyKeys(Exception):
    """Two keys are live already: one has to be revoked before a third is made."""


class KeyQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        """Keys that open something now."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class Key(StudioRow):
    """A bearer key ``<form>_<prefix>_<secret>``.

    The prefix finds the row, the secret has 256 bits; only its hash is kept, and the key is shown once. ``scopes`` are
    what the key opens.
    """

    #: The first word of the key, by which a leaked one is recognised.
    form: ClassVar[str]
    #: The database function that tells the studio of a prefix before any scope is open.
    studio_function: ClassVar[str]

    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes: Any = ArrayField(models.CharField(max_length=24), default=list, verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.form}_{self.prefix}_…"

    @classmethod
    def issue(cls, *, siblings: Q, scopes: Collection[str], by: Any, expires_at: Any = None, **fields: Any) -> str:
        """Make a key and return it; it can never be shown again. Raises TooManyKeys.

        ``siblings`` are the keys that it may take the place of: of these at most two are live at a time.
        """
        Studio.objects.select_for_update(no_key=True).current()  # of two people making one at once, one waits
        if cls.objects.live().filter(siblings).count() >= MOST_LIVE_KEYS:
            raise TooManyKeys(_now("Two keys are live already. Revoke one of them first."))
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        cls.objects.create(
            prefix=prefix,
            secret_hash=_hash(secret),
            scopes=sorted(scopes),
            made_by=by,
            expires_at=expires_at,
            **fields,
        )
        return f"{cls.form}_{prefix}_{secret}"

    @classmethod
    def studio_of(cls, key: str) -> UUID:
        """The studio that a presented key claims to belong to, before any scope. Raises KeyRefused."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {cls.studio_function}(%s)", [cls._parts(key)[0]])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            raise KeyRefused
        return row[0]

    @classmethod
    def verified(cls, key: str) -> Self:
        """The row of a presented key, inside its studio's scope, compared in constant time. Raises KeyRefused."""
        prefix, secret = cls._parts(key)
        kept = cls._to_verify().live().filter(prefix=prefix).first()
        if not hmac.compare_digest(kept.secret_hash if kept else _NOBODYS, _hash(secret)) or kept is None:
            raise KeyRefused
        return kept

    @classmethod
    def _to_verify(cls) -> Any:
        """The rows with what the caller of ``verified`` needs."""
        return cls.objects.all()

    @classmethod
    def _parts(cls, key: str) -> tuple[str, str]:
        form, _first, rest = key.partition("_")
        prefix, _second, secret = rest.partition("_")
        if form != cls.form or not prefix or not secret or "\0" in prefix:
            raise KeyRefused
        return prefix, secret

    def opens(self, scope: str) -> bool:
        return scope in self.scopes

    def note_use(self) -> None:
        """Remember that the key was used, at most once a minute."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= _USE_IS_NOTED_EVERY:
            type(self)._base_manager.filter(pk=self.pk).update(last_used_at=now)

    def revoke(self) -> None:
        """Refuse the key from now on."""
        type(self)._base_manager.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


#: Compared with where the prefix opens nothing any more: a revoked or expired key takes no less time than a live
#: one. That an unknown prefix is refused earlier, by ``studio_of``, tells nothing: prefixes are shown, and no secret.
_NOBODYS = _hash(secrets.token_hex())
