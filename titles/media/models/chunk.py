from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio
from studios.models import StudioRow
from titles.media.models.master import Master


def scratch_storage() -> Any:
    return storages["scratch"]


class Chunk(StudioRow):
    """A finished stretch of a master's picture, kept in scratch until all are there to be joined: a checkpoint.

    It is entered by the holder of the job's lease alone, when its file is whole and its frames were counted. It goes
    when the job is over; nothing else refers to it.
    """

    master: Any = models.ForeignKey(Master, on_delete=models.CASCADE, db_constraint=False, related_name="chunks")
    #: What the job is about: the master, or one stream that was made of it.
    subject_id = models.UUIDField()
    #: titles.media.encoding.fingerprint: chunks with the same one belong together.
    plan = models.CharField(max_length=64)
    encoder = models.CharField(max_length=64)
    index = models.PositiveSmallIntegerField()
    first_frame = models.PositiveIntegerField()
    frame_count = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    token = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("chunk")
        verbose_name_plural = _("chunks")
        constraints = [
            SameStudio(field="master"),
            models.UniqueConstraint(fields=["studio", "subject_id", "plan", "index"], name="each_chunk_once_per_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.first_frame}+{self.frame_count}"
