from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import MovedOn, StatefulRow
from titles.catalog.models import Cut
from titles.media.models.master import Master


class Held(Exception):
    """Another request writes to this upload at this moment."""


class LostHold(Exception):
    """The lease of this writer lapsed and another has it: it must not write another byte."""


class State(models.TextChoices):
    RECEIVING = "receiving", _("arriving")
    COMPLETE = "complete", _("arrived")
    TAKEN_IN = "taken in", _("taken in")
    REFUSED = "refused", _("refused")
    EXPIRED = "expired", _("expired")
    ENDED = "ended", _("ended")


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, person: Any) -> "UploadQuerySet":
        return self.filter(person=person)

    def receiving(self) -> "UploadQuerySet":
        return self.filter(state=State.RECEIVING)

    def overdue(self, at: datetime) -> "UploadQuerySet":
        """Those that nobody went on with for so long that their bytes are given up; never one that is written to."""
        free = Q(held_until=None) | Q(held_until__lt=at)
        return self.receiving().filter(free, expires_at__lte=at)

    def newest_first(self) -> "UploadQuerySet":
        return self.order_by("-created_at", "-id")


class Upload(StatefulRow):
    """A file on its way in: the bytes that have arrived, who sends them, and for which cut.

    One request writes at a time: it holds a lease with ``token``, which grows with every lease. What lies on the disk
    is the truth about how much has arrived; ``offset_bytes`` is what pages and lists show of it. Bytes from
    ``unverified_from_bytes`` on came with a checksum that was not compared yet.
    """

    State = State

    person: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    cut: Any = models.ForeignKey(
        Cut, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="uploads", verbose_name=_("cut")
    )
    name = models.CharField(_("file"), max_length=255)
    size_bytes = models.BigIntegerField(_("size"))
    offset_bytes = models.BigIntegerField(_("arrived"), default=0)
    unverified_from_bytes = models.BigIntegerField(null=True)
    #: The client's Upload-Metadata as it was sent: a client that resumes gets it back word for word.
    metadata = models.TextField(blank=True)
    #: Of a store that takes parts itself: its id of the unfinished object.
    multipart = models.CharField(max_length=512, blank=True)
    token = models.BigIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.RECEIVING)
    #: Why it was refused, in a sentence.
    refusal = models.TextField(blank=True)
    master: Any = models.ForeignKey(
        Master, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="uploads"
    )
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [parent(), SameStudio(field="cut"), SameStudio(field="master")]
        indexes = [
            models.Index(fields=["studio", "person", "-created_at"], name="uploads_of_person"),
            models.Index(fields=["studio", "expires_at"], condition=Q(state="receiving"), name="uploads_expire"),
        ]

    def __str__(self) -> str:
        return self.name

    def hold(self) -> int:
        """Take the lease and return its token. Raises Held while another has it, MovedOn when nothing is received."""
        free = Q(held_until=None) | Q(held_until__lt=timezone.now())
        taken = (
            Upload.objects.receiving()
            .filter(free, pk=self.pk)
            .update(token=F("token") + 1, held_until=_from_now(settings.UPLOAD_LEASE_S))
        )
        self.refresh_from_db()
        if not taken and self.state == State.RECEIVING:
            raise Held(_now("Another request is sending this file at this moment; try again in a few seconds."))
        if not taken:
            raise MovedOn(_now("%(row)s is no longer arriving.") % {"row": self})
        return self.token

    def expect_checksum(self, token: int, *, from_bytes: int | None) -> None:
        """What follows counts for nothing until the lease is given back; None: it counts at once. Raises LostHold."""
        self._write_as(token, unverified_from_bytes=from_bytes)

    def keep_holding(self, token: int, *, offset_bytes: int) -> None:
        """Renew the lease. Raises LostHold."""
        self._write_as(token, offset_bytes=offset_bytes, held_until=_from_now(settings.UPLOAD_LEASE_S))

    def let_go(self, token: int, *, offset_bytes: int) -> None:
        """Give the lease back, and the upload its full time again. Raises LostHold."""
        self._write_as(
            token,
            offset_bytes=offset_bytes,
            unverified_from_bytes=None,
            held_until=None,
            expires_at=_from_now(settings.UPLOAD_LIVES_S),
        )

    def _write_as(self, token: int, **columns: Any) -> None:
        mine = Upload.objects.receiving().filter(pk=self.pk, token=token)
        if not mine.update(**columns):
            raise LostHold(f"upload {self.pk}: token {token} is not the newest")
        for column, value in columns.items():
            setattr(self, column, value)

    def is_held(self) -> bool:
        return self.held_until is not None and self.held_until >= timezone.now()

    def part_name(self) -> str:
        """Where its bytes lie below the folder of uploads."""
        return f"{self.studio_id}/{self.pk}.part"


def _from_now(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def begun(
    *, identity: UUID, person: Any, cut: Cut | None, name: str, size_bytes: int, metadata: str = "", multipart: str = ""
) -> Upload:
    """Make the row of an upload of which no byte has arrived."""
    return Upload.objects.create(
        id=identity,
        person=person,
        cut=cut,
        name=name,
        size_bytes=size_bytes,
        metadata=metadata,
        multipart=multipart,
        expires_at=_from_now(settings.UPLOAD_LIVES_S),
    )
