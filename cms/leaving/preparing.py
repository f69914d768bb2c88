"""The export as one file to download: a job makes the folder, puts it into a ZIP, and keeps that for some days."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import Q
from django.utils import timezone

from cms.backups.files import names_below
from cms.leaving.closing import EXPORT
from cms.leaving.exporting import Busy, NoRoom, export
from cms.leaving.files import EXPORTS
from studios.models import Studio
from studios.scope import scope
from titles.jobs.leasing import Lease, TryLater
from titles.jobs.models import UNFINISHED, Job
from titles.media import playback, storing

#: How long a finished export can be downloaded.
LIVES = timedelta(days=7)
_PREFIX = "export-"


@dataclass(frozen=True)
class Prepared:
    """An export that was asked for on the page, and whether its file is still there."""

    job: Job
    size_bytes: int
    expires_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        return self.job.state in UNFINISHED

    @property
    def is_ready(self) -> bool:
        return self.expires_at is not None


def ask(studio: Studio, *, by: Any) -> Job:
    """Ask for an export. Needs the scope."""
    return Job.enqueue(EXPORT, studio, by=by)


def prepare(job: Job, lease: Lease) -> None:
    """Export the studio into a folder of this machine, and keep it as a ZIP. A later try goes on where it stopped.

    Raises LeaseLost, TryLater.
    """
    studio = job.subject(Studio)
    folder = _shelf() / f"{_PREFIX}{job.pk}"
    try:
        export(studio.pk, folder, report=lambda step, share: lease.report(step, share * 0.8), linking=True)
    except (Busy, NoRoom) as reason:
        raise TryLater(str(reason)) from reason
    _keep(folder, f"{studio.pk}/{job.pk}/{studio.slug}.zip", lease)
    shutil.rmtree(folder, ignore_errors=True)


def prepared(studio: Studio, *, most: int = 10) -> list[Prepared]:
    """The newest exports that were asked for. Needs the scope."""
    jobs = Job.objects.filter(kind=EXPORT, subject_id=studio.pk).newest_first()[:most]
    return [_seen(job, studio) for job in jobs]


def address_of(job_id: UUID, studio: Studio) -> str | None:
    """Where a finished export can be downloaded now; None where there is none. Needs the scope."""
    job = Job.objects.filter(kind=EXPORT, pk=job_id, subject_id=studio.pk).first()
    name = _name(job, studio) if job else None
    return playback.download_address(studio.pk, name, store=EXPORTS) if name else None


def forget(at: datetime) -> None:
    """Delete exports whose time is over, and what jobs that ended have left on this machine. Opens its own scopes."""
    for studio_id in Studio.every_id():
        names = list(names_below(storages[EXPORTS], str(studio_id)))
        kept = _kept(studio_id, since=at - LIVES) if names else set()
        for name in names:
            if PurePosixPath(name).parts[1] not in kept:
                storages[EXPORTS].delete(name)
        for folder in _left_behind(studio_id):
            shutil.rmtree(folder, ignore_errors=True)


def _shelf() -> Path:
    shelf = settings.HOME / "work"
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(shelf)


def _keep(folder: Path, name: str, lease: Lease) -> None:
    """Write the ZIP beside its place and let it take that whole; film is not compressed again."""
    store = storages[EXPORTS]
    target = storing.on_disk(store, name) or folder.with_suffix(".zip")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{lease.job.token}")
    try:
        _zip(folder, aside, root=Path(name).stem, lease=lease)
        if storing.on_disk(store, name) is None:
            with aside.open("rb") as content:
                storing.keep(store, name, content)
        else:
            aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def _zip(folder: Path, target: Path, *, root: str, lease: Lease) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with target.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for place, path in enumerate(paths):
                lease.report("zip", 0.8 + 0.2 * place / len(paths))
                is_text = path.suffix in {".jsonl", ".csv", ".json"}
                method = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
                archive.write(path, f"{root}/{path.relative_to(folder)}", method)
        file.flush()
        os.fsync(file.fileno())


def _seen(job: Job, studio: Studio) -> Prepared:
    name = _name(job, studio)
    if name is None or job.finished_at is None:
        return Prepared(job, 0, None)
    return Prepared(job, storages[EXPORTS].size(name), job.finished_at + LIVES)


def _name(job: Job, studio: Studio) -> str | None:
    """Of a finished export that has not expired: the name of its file."""
    if job.state != Job.State.DONE or job.finished_at is None or job.finished_at + LIVES <= timezone.now():
        return None
    return next(iter(names_below(storages[EXPORTS], f"{studio.pk}/{job.pk}")), None)


def _kept(studio_id: UUID, *, since: datetime) -> set[str]:
    """Jobs whose files stay: they ended lately, or have not ended."""
    with scope(studio_id, door="worker"):
        stay = Q(state__in=UNFINISHED) | Q(finished_at__gt=since)
        return {str(pk) for pk in Job.objects.filter(stay, kind=EXPORT).values_list("pk", flat=True)}


def _left_behind(studio_id: UUID) -> Iterator[Path]:
    folders = {folder.name.removeprefix(_PREFIX): folder for folder in _shelf().glob(f"{_PREFIX}*")}
    if not folders:
        return
    with scope(studio_id, door="worker"):
        jobs = Job.objects.filter(pk__in=folders).exclude(pk__in=Job.objects.unfinished().values("pk"))
        ended = [str(pk) for pk in jobs.values_list("pk", flat=True)]
    yield from (folders[each] for each in ended)
