from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from studios.models.key import Key


class StudioScope(models.TextChoices):
    CATALOG = "catalog", _("read series and episodes")
    JOBS = "jobs", _("read jobs")
    HISTORY = "history", _("read the audit")


class StudioKey(Key):
    """A key of the studio's own machines for the studio API; keys of one name take each other's place."""

    Scope = StudioScope
    form = "octavostudio"
    studio_function = "octavo_studio_of_studio_key"

    name = models.CharField(_("name"), max_length=80, help_text=_("What uses it, such as: reporting."))

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    @classmethod
    def make(cls, name: str, *, scopes: list[str], by: Any, expires_at: datetime | None = None) -> str:
        """Make a key and return it; it can never be shown again. Raises TooManyKeys."""
        return cls.issue(siblings=Q(name=name), scopes=scopes, by=by, expires_at=expires_at, name=name)
