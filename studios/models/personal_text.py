from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.models.studio import StudioRow


class PersonalText(StudioRow):
    """A name or an address that the audit and frozen documents refer to instead of holding it.

    An erasure replaces ``text``; whatever refers to it, and every digest over that, stays as it is. ``noun`` and
    ``row_id`` say whose it is.
    """

    noun = models.CharField(max_length=64)
    row_id = models.UUIDField()
    text = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("personal text")
        verbose_name_plural = _("personal texts")
        indexes = [models.Index(fields=["studio", "noun", "row_id"], name="personal_text_of_row")]

    def __str__(self) -> str:
        return self.text
