import base64
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, new_id, parent
from studios.models import Key, KeyQuerySet, Studio, StudioRow
from studios.secrets import SecretField
from titles.catalog.models import Series
from titles.jobs.models import Job


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


class PartnerScope(models.TextChoices):
    FEED = "feed", _("read the feed")
    ASSETS = "assets", _("fetch pictures, films and subtitles")


class PartnerKey(Key):
    """A key of a partner's machines for the feed. Two may be live at a time, so that one can take over."""

    Scope = PartnerScope
    form = "octavo"
    studio_function = "octavo_studio_of_key"

    partner: Any = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="keys",
        verbose_name=_("partner"),
    )

    class Meta:
        verbose_name = _("partner key")
        verbose_name_plural = _("partner keys")
        constraints = [SameStudio(field="partner")]

    @classmethod
    def make(
        cls,
        partner: Partner,
        *,
        scopes: Collection[str] = tuple(PartnerScope),
        by: Any = None,
        expires_at: datetime | None = None,
    ) -> str:
        """Make a key for ``partner`` and return it; it can never be shown again. Raises TooManyKeys."""
        return cls.issue(siblings=Q(partner=partner), scopes=scopes, by=by, expires_at=expires_at, partner=partner)

    @classmethod
    def _to_verify(cls) -> KeyQuerySet:
        """With the partner, but nobody pays for decrypting what is not read."""
        return cls.objects.select_related("partner").defer("partner__dropbox", "partner__webhook_secret")
