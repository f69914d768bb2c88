from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Purge(models.Model):
    """All that is left of a studio that was purged: that it was, who closed it when, and how much there was.

    Only functions of the database write it. While ``ended_at`` is empty the purge goes on, and ``people`` are those
    who were members when it began.
    """

    whose = models.UUIDField(_("studio"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.UUIDField(_("closed by"), null=True)
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    rows = models.BigIntegerField(_("rows"), default=0)
    files = models.BigIntegerField(_("files"), default=0)
    people = ArrayField(models.UUIDField(), default=list)

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("purges")
        constraints = [
            models.UniqueConstraint(fields=["whose"], condition=Q(ended_at=None), name="one_purge_at_a_time"),
        ]

    def __str__(self) -> str:
        return str(self.whose)
