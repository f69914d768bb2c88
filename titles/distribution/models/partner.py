import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, new_id, parent
from studios.models import Studio, StudioRow
from studios.secrets import SecretField
from titles.catalog.models import Series
from titles.jobs.models import Job


class KeyRefused(Exception):
    """The key of a partner is unknown, expired or revoked."""


class Profile(StudioRow):
    """What a kind of partner needs and how it takes it, as data: languages, ratios, naming, limits."""

    name = models.CharField(_("name"), max_length=80)
    data = models.JSONField(_("profile"), default=dict, blank=True)

    class Meta:
        verbose_name = _("partner profile")
        verbose_name_plural = _("partner profiles")
        constraints = [
            parent(),
            models.UniqueConstraint(fields=["studio", "name"], name="one_profile_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerQuerySet(models.QuerySet["Partner"]):
    def by_name(self) -> "PartnerQuerySet":
        return self.order_by("name", "id")

    def make(
        self, name: str, slug: str, *, dropbox: str = "", webhook_url: str = "", profile: Profile | None = None
    ) -> "Partner":
        """A new partner with the studio's next number and a webhook secret of its own."""
        return self.create(name=name, slug=slug, dropbox=dropbox, webhook_url=webhook_url, profile=profile)


def new_webhook_secret() -> str:
    """256 random bits as Standard Webhooks writes them: ``whsec_`` and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class Partner(StudioRow):
    """Who receives: pulls the feed with a key, gets packs in a dropbox and a webhook when one is complete.

    ``number`` stands for the partner on the axis of the rights' exclusion constraint; ``feed_epoch`` changes when
    all cursors must start again, ``feed_sequence`` is the last number that the relay gave.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=80)
    number = models.PositiveIntegerField(editable=False)
    profile: Any = models.ForeignKey(
        Profile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="partners",
        verbose_name=_("profile"),
    )
    dropbox = SecretField(
        _("dropbox"),
        blank=True,
        help_text=_("Where packs go: file:///a/folder or s3://key:secret@host/bucket/prefix. Empty: no packs."),
    )
    webhook_url = models.URLField(_("webhook address"), blank=True)
    webhook_secret = SecretField(blank=True, editable=False)
    feed_epoch = models.UUIDField(default=new_id, editable=False)
    feed_sequence = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            parent(),
            SameStudio(field="profile"),
            models.UniqueConstraint(fields=["studio", "slug"], name="one_partner_per_short_name"),
            models.UniqueConstraint(fields=["studio", "number"], name="one_partner_per_number"),
            models.UniqueConstraint(fields=["id", "number"], name="partner_with_its_number"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Enroll a new partner; write an edited one without what the relay counts (a form holds an old copy of it)."""
        with transaction.atomic():
            if self._state.adding:
                self._enroll()
            elif kwargs.get("update_fields") is None:
                kwargs["update_fields"] = [
                    field.name
                    for field in self._meta.concrete_fields
                    if not field.primary_key and field.name not in ("feed_epoch", "feed_sequence")
                ]
                if self.dropbox and Partner.objects.filter(pk=self.pk, dropbox="").exists():
                    self._catch_up()
            super().save(**kwargs)

    def restart_feed(self) -> None:
        """Begin a new epoch: every cursor given so far is refused, so that the partner pulls everything anew."""
        self.feed_epoch = new_id()
        self.save(update_fields=["feed_epoch"])

    def _catch_up(self) -> None:
        """Let the relay look again at everything that the partner has: packs are planned for what it may see."""
        for series in Series.objects.filter(grants__partner=self, grants__revoked_at=None).distinct():
            Job.enqueue("relay", series)

    def _enroll(self) -> None:
        Studio.objects.select_for_update(no_key=True).current()  # one number at a time
        last = Partner.objects.aggregate(last=Max("number"))["last"] or 0
        self.number = last + 1
        self.webhook_secret = self.webhook_secret or new_webhook_secret()


class PartnerKey(StudioRow):
    """A bearer key ``octavo_<prefix>_<secret>``: the secret has 256 bits, only its hash is kept, it is shown once."""

    partner: Any = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="keys",
        verbose_name=_("partner"),
    )
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("partner key")
        verbose_name_plural = _("partner keys")
        constraints = [SameStudio(field="partner")]

    def __str__(self) -> str:
        return f"octavo_{self.prefix}_…"

    @classmethod
    def make(cls, partner: Partner) -> str:
        """Make a key for ``partner`` and return it; it can never be shown again."""
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        cls.objects.create(partner=partner, prefix=prefix, secret_hash=_hash(secret))
        return f"octavo_{prefix}_{secret}"

    @staticmethod
    def studio_of(key: str) -> UUID:
        """The studio that a presented key claims to belong to, before any scope. Raises KeyRefused."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_studio_of_key(%s)", [_parts(key)[0]])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            raise KeyRefused
        return row[0]

    @classmethod
    def verified(cls, key: str) -> "PartnerKey":
        """The row of a presented key, inside its studio's scope, compared in constant time. Raises KeyRefused."""
        prefix, secret = _parts(key)
        now = timezone.now()
        kept = (
            cls.objects.select_related("partner")
            .defer("partner__dropbox", "partner__webhook_secret")  # nobody pays for decrypting what is not read
            .filter(prefix=prefix, revoked_at=None)
            .first()
        )
        if kept is None or not hmac.compare_digest(kept.secret_hash, _hash(secret)):
            raise KeyRefused
        if kept.expires_at is not None and kept.expires_at <= now:
            raise KeyRefused
        return kept

    def note_use(self) -> None:
        """Remember that the key was used, at most once a minute."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= timedelta(minutes=1):
            PartnerKey.objects.filter(pk=self.pk).update(last_used_at=now)

    def revoke(self) -> None:
        """Refuse the key from now on."""
        PartnerKey.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())


def _parts(key: str) -> tuple[str, str]:
    name, _first, rest = key.partition("_")
    prefix, _second, secret = rest.partition("_")
    if name != "octavo" or not prefix or not secret:
        raise KeyRefused
    return prefix, secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
