from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from studios.keys import new_id
from studios.models.history import Stateful
from studios.models.user import known_time_zone
from studios.scope import current_studio


class StudioQuerySet(models.QuerySet["Studio"]):
    def current(self) -> "Studio":
        """The studio whose scope this is."""
        return self.get(pk=current_studio())


class StudioState(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    CLOSING = "closing", _("closing")


class Studio(Stateful):
    """The tenant: everything else belongs to exactly one.

    A suspended studio keeps all that it has, and nobody reaches it: no person, no key, no worker. One that is closing
    has taken everything back from its partners and is purged at ``purged_after``, unless somebody reopens it.
    """

    State = StudioState

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_time_zone])
    state = models.CharField(_("state"), max_length=12, choices=StudioState.choices, default=StudioState.ACTIVE)
    mfa_required = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Members without an authenticator app or a passkey are asked to enrol one before they go on."),
    )
    purged_after = models.DateTimeField(_("purged after"), null=True, blank=True, editable=False)
    media_limits = models.JSONField(_("media limits"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = StudioQuerySet.as_manager()

    class Meta:
        verbose_name = _("studio")
        verbose_name_plural = _("studios")

    def __str__(self) -> str:
        return self.name

    @property
    def is_closing(self) -> bool:
        return self.state == StudioState.CLOSING

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @staticmethod
    def id_called(slug: str) -> UUID | None:
        """The id of the studio with this short name, before any scope is open."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_studio_called(%s)", [slug])
            row = cursor.fetchone()
            return row[0] if row else None

    @staticmethod
    def is_open(studio_id: UUID) -> bool:
        """Whether the studio is there and not suspended, before any scope is open."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_studio_is_open(%s)", [studio_id])
            return cursor.fetchone()[0]

    @staticmethod
    def every_id() -> list[UUID]:
        """Ids of all studios but suspended ones, for the clock: each is then worked on in a scope of its own."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_studios()")
            return [row[0] for row in cursor.fetchall()]


class StudioRow(models.Model):
    """A row that belongs to one studio: the base of every tenant table."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    studio: Any = models.ForeignKey(
        Studio, on_delete=models.PROTECT, default=current_studio, editable=False, related_name="+"
    )

    class Meta:
        abstract = True


class StatefulRow(Stateful, StudioRow):
    """A studio's row with one ``state`` column that only ``move`` writes."""

    class Meta:
        abstract = True
