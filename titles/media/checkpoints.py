"""Finished chunks of unfinished work: kept where every worker reaches them, until the whole can be joined."""

import os
import shutil
from dataclasses import dataclass
from datetime import timedelta
from hashlib import file_digest
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from studios.scope import scope
from titles.jobs.models import UNFINISHED, Job
from titles.media import encoding, storing
from titles.media.chunking import Chunk as Stretch
from titles.media.encoding import Piece
from titles.media.models import Chunk, Master
from titles.media.models.chunk import scratch_storage
from titles.media.planning import Plan

#: The kinds of jobs that leave chunks.
KINDS = ("transcode", "mend")
_KEPT_AFTER_FAILING = timedelta(days=1)


class PiecesLost(Exception):
    """Chunks that were finished are not in scratch any more, or damaged. They were struck off and are made again."""


@dataclass(frozen=True)
class Checkpoints:
    """The chunks of one job that were made by one plan."""

    job: Job
    master: Master
    plan: Plan
    fingerprint: str

    def missing(self) -> list[Stretch]:
        """What is still to be made, in the film's order."""
        with self.job.scope():
            made = set(self._rows().values_list("index", flat=True))
        return [chunk for chunk in self.plan.chunks if chunk.index not in made]

    def keep(self, chunk: Stretch, piece: Piece) -> None:
        """Put ``piece`` where others find it, and then enter it as the holder of the lease.

        Chunks by another plan are struck off: whoever made them is gone, or the plan has changed. Raises LeaseLost,
        and OSError when the store cannot take it.
        """
        name = f"{self._folder}/{chunk.index:03}-{self.job.pk}-{self.job.token}.mp4"
        with piece.file.open("rb") as content:
            storing.keep(scratch_storage(), name, content)
        try:
            with self.job.scope():
                self.job.hold()
                Chunk.objects.filter(subject_id=self.job.subject_id).exclude(plan=self.fingerprint).delete()
                Chunk.objects.create(
                    master=self.master,
                    subject_id=self.job.subject_id,
                    plan=self.fingerprint,
                    encoder=self.plan.encoder,
                    index=chunk.index,
                    first_frame=chunk.first_frame,
                    frame_count=piece.frame_count,
                    file=name,
                    sha256=_sha256(piece.file),
                    size_bytes=piece.file.stat().st_size,
                    token=self.job.token,
                )
                Job.objects.filter(pk=self.job.pk).update(needs=self.plan.encoder)
        except BaseException:
            scratch_storage().delete(name)
            raise

    def bring(self, folder: Path) -> list[Piece]:
        """Put all chunks into ``folder``, checked byte by byte. Raises PiecesLost, and OSError without the store."""
        with self.job.scope():
            rows = list(self._rows().order_by("index"))
        damaged = [row.pk for row in rows if not _brought(row, folder / encoding.file_name(row.index))]
        if damaged:
            with self.job.scope():
                self.job.hold()
                Chunk.objects.filter(pk__in=damaged).delete()
            raise PiecesLost(f"{len(damaged)} of {len(rows)} finished chunks are lost.")
        return [Piece(folder / encoding.file_name(row.index), row.frame_count) for row in rows]

    def strike_off(self) -> None:
        """Forget all chunks, inside the current scope: the whole is made."""
        Chunk.objects.filter(subject_id=self.job.subject_id).delete()

    def clear(self) -> None:
        """Delete the files. What is left if that fails is swept later."""
        storing.forget_folder(scratch_storage(), self._folder)

    @property
    def _folder(self) -> str:
        return f"{self.job.studio_id}/{self.job.subject_id}"

    def _rows(self) -> QuerySet[Chunk]:
        return Chunk.objects.filter(subject_id=self.job.subject_id, plan=self.fingerprint)


def _brought(row: Chunk, target: Path) -> bool:
    """Whether the chunk's file is at ``target`` now, with the bytes that it had."""
    store = scratch_storage()
    target.unlink(missing_ok=True)
    try:
        path = storing.on_disk(store, row.file)
        if path is None:
            storing.at_hand(store, row.file, target.parent).rename(target)
        else:
            _linked(path, target)
    except (FileNotFoundError, storing.Missing):
        return False
    return _sha256(target) == row.sha256


def _linked(path: Path, target: Path) -> None:
    """Share the bytes where both are on one disk."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def sweep() -> None:
    """Remove what jobs left that are over. Failed ones keep theirs for a day: whoever retries goes on from there."""
    store = scratch_storage()
    for studio in storing.folders_in(store, ""):
        with scope(UUID(studio), door="worker"):
            wanted = _wanted()
            Chunk.objects.exclude(subject_id__in=wanted).delete()
        for subject in storing.folders_in(store, studio):
            if UUID(subject) not in wanted:
                storing.forget_folder(store, f"{studio}/{subject}")


def _wanted() -> set[UUID]:
    """What unfinished jobs are about, and what failed lately."""
    jobs = Job.objects.filter(kind__in=KINDS)
    lately = jobs.failed_for_good().filter(finished_at__gte=Now() - _KEPT_AFTER_FAILING)
    return {*jobs.filter(state__in=UNFINISHED).values_list("subject_id", flat=True)} | {
        *lately.values_list("subject_id", flat=True)
    }
