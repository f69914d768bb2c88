from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.models.studio import StudioRow


class NoticeKind(models.TextChoices):
    MENTION = "mention", _("You are mentioned")
    ASSIGNMENT = "assignment", _("Something is assigned to you")
    REFUSAL = "refusal", _("Your work was sent back")
    FAILURE = "failure", _("A job of yours failed")
    EXPIRY = "expiry", _("Something runs out")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def newest_first(self) -> "NoticeQuerySet":
        return self.order_by("-at", "-id")


class Notice(StudioRow):
    """Something that a person should know: a line of their inbox, in their language, about a row of the studio."""

    Kind = NoticeKind

    person: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices)
    sentence = models.TextField(_("what happened"))
    noun = models.CharField(max_length=64)
    row_id = models.UUIDField()
    at = models.DateTimeField(_("when"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("inbox")
        indexes = [
            models.Index(fields=["studio", "person", "at", "id"], name="notice_of_person"),
            models.Index(
                fields=["studio", "at"],
                condition=models.Q(mailed_at=None, read_at=None),
                name="notices_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
