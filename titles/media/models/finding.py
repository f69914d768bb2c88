from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio
from studios.models import StudioRow
from titles.media.models.master import Master


def stills_storage() -> Any:
    return storages["packages"]


class Finding(StudioRow):
    """What a check found in a master: the rule, the measured value, the limit, and where in the film.

    ``code`` and ``values`` say it in any language (titles.media.sentences); ``sentence`` says it in English.
    """

    master: Any = models.ForeignKey(Master, on_delete=models.CASCADE, db_constraint=False, related_name="findings")
    rule = models.CharField(_("rule"), max_length=40)
    severity = models.CharField(_("severity"), max_length=16)
    measured = models.JSONField(_("measured"), null=True)
    limit = models.JSONField(_("limit"), null=True)
    sentence = models.TextField(_("finding"))
    code = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict)
    #: Where in the film it begins and ends; null for what is everywhere, or nowhere in particular.
    start_ms = models.PositiveIntegerField(_("from"), null=True)
    end_ms = models.PositiveIntegerField(_("to"), null=True)
    #: The picture there, in ``<studio>/findings/<master>/``; empty when there is none to be seen.
    still = models.FileField(_("picture"), storage=stills_storage, max_length=200, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [SameStudio(field="master")]

    def __str__(self) -> str:
        return self.sentence


class Waiver(StudioRow):
    """That a second person accepts what one rule found in a master, and why. It holds for that master for good."""

    master: Any = models.ForeignKey(Master, on_delete=models.CASCADE, db_constraint=False, related_name="waivers")
    rule = models.CharField(_("rule"), max_length=40)
    why = models.TextField(_("reason"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("waived by")
    )
    at = models.DateTimeField(_("waived"), auto_now_add=True)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [
            SameStudio(field="master"),
            models.UniqueConstraint(fields=["studio", "master", "rule"], name="one_waiver_per_rule"),
        ]

    def __str__(self) -> str:
        return self.why
