"""A folder for the length of one leased job: private, and swept away even if its worker was killed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from studios.scope import scope
from titles.jobs.models import Job, State


@contextmanager
def private_folder(job: Job) -> Iterator[Path]:
    """Lend an empty folder in the home, named after the job and its token; it is gone when the block ends.

    What workers that died left behind is removed first.
    """
    shelf = settings.HOME / "work"
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep_leftovers(shelf)
    folder = shelf / f"{job.studio_id}.{job.pk}.{job.token}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_leftovers(shelf: Path) -> None:
    """Remove the folders of jobs that nobody works on any more with the token in their name."""
    for folder in shelf.glob("*.*.*"):
        studio, job, token = folder.name.split(".")
        with scope(UUID(studio), door="worker"):
            in_use = Job.objects.filter(pk=job, token=token, state=State.RUNNING).exists()
        if not in_use:
            shutil.rmtree(folder, ignore_errors=True)
