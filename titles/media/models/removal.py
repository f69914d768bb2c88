from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from studios.models import StudioRow


class Why(models.TextChoices):
    SUPERSEDED = "superseded", _("superseded")
    LEFT_BEHIND = "left behind", _("no row refers to it")


class RemovalQuerySet(models.QuerySet["Removal"]):
    def unfinished(self) -> "RemovalQuerySet":
        return self.filter(removed_at=None)

    def since(self, at: Any) -> "RemovalQuerySet":
        """Those under way, or done at ``at`` or later."""
        return self.filter(models.Q(removed_at=None) | models.Q(removed_at__gte=at))


class Removal(StudioRow):
    """What the collector took out of a store: decided together with the row's deletion, done when the files are gone.

    ``name`` is a file, or a folder with all that is in it. Whoever writes there meanwhile is told to begin anew.
    """

    Why = Why

    store = models.CharField(_("store"), max_length=16)
    name = models.CharField(_("name"), max_length=200)
    #: What row it belonged to, such as "media.package"; empty for what no row referred to.
    noun = models.CharField(_("noun"), max_length=64, blank=True)
    row_id = models.UUIDField(null=True)
    size_bytes = models.BigIntegerField(_("size"), default=0)
    why = models.CharField(_("reason"), max_length=16, choices=Why.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    decided_at = models.DateTimeField(_("decided"), db_default=Now())
    removed_at = models.DateTimeField(_("removed"), null=True)

    objects = RemovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")
        indexes = [
            models.Index(fields=["studio", "name"], name="removals_by_name"),
            models.Index(fields=["studio"], condition=models.Q(removed_at=None), name="removals_unfinished"),
        ]

    def __str__(self) -> str:
        return self.name
