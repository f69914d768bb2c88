from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studios.models.studio import StudioRow


class NoticeKind(models.TextChoices):
    MENTION = "mention", _("You are mentioned")
    ASSIGNMENT = "assignment", _("Something is assigned to you")
    REFUSAL = "refusal", _("Your work was sent back")
    FAILURE = "failure", _("A job of yours failed")
    EXPIRY = "expiry", _("Something runs out")


class Pace(models.TextChoices):
    """How soon a kind of notice is mailed; in the inbox it always stands at once."""

    NOW = "now", _("at once")
    DIGEST = "digest", _("once a day")
    OFF = "off", _("not at all")


#: For whoever has chosen nothing.
USUAL_PACE: dict[str, str] = {
    NoticeKind.MENTION: Pace.NOW,
    NoticeKind.ASSIGNMENT: Pace.NOW,
    NoticeKind.REFUSAL: Pace.NOW,
    NoticeKind.FAILURE: Pace.DIGEST,
    NoticeKind.EXPIRY: Pace.DIGEST,
}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def unread_first(self) -> "NoticeQuerySet":
        """The unread ones, then the others; the newest of each first."""
        return self.annotate(is_read=models.Q(read_at__isnull=False)).order_by("is_read", "-at", "-id")

    def mark_read(self) -> int:
        """Returns how many were not read before."""
        return self.unread().update(read_at=timezone.now())

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

    def pace(self) -> str:
        """How soon the person wishes to have it by mail."""
        return pace_of(self.person, self.kind)


def pace_of(person: Any, kind: str) -> str:
    """How soon ``person`` wishes to have notices of ``kind`` by mail."""
    return str(person.notices.get(kind, USUAL_PACE[kind]))
