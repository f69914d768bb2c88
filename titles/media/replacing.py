"""Replacing a picture: which master of a cut counts, and where the passages of the one before are in it."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job, LeaseLost
from titles.media import sandbox, storing
from titles.media.aligning import align
from titles.media.binaries import NotInstalled
from titles.media.cold import source_of
from titles.media.models import Alignment, Master
from titles.media.sniffing import NotFilm
from titles.media.soundprint import STEP, NoSound, Soundprint, listen
from titles.media.walls import Isolation, NoWalls
from titles.media.workshop import Programs, Workshop

_POINTS = 300


def align_masters(job: Job, lease: Lease, *, older: Iterable[Master], newer: Master) -> None:
    """Hold the sound of each of ``older`` against that of ``newer`` and keep what was found.

    A pair that was compared before is left as it is. Raises GaveUp with a sentence for people, and LeaseLost.
    """
    with job.scope():
        known = set(Alignment.objects.filter(new_master=newer).values_list("old_master_id", flat=True))
    missing = [master for master in older if master.pk not in known]
    if not missing:
        return
    with private_folder(job) as folder:
        new = _heard(newer, folder, lease)
        for place, master in enumerate(missing, start=1):
            old = _heard(master, folder, lease)
            _keep(job, master, old, newer, new)
            lease.report(STEP, place / len(missing))


def _heard(master: Master, folder: Path, lease: Lease) -> Soundprint:
    """Listen to ``master``. Raises GaveUp, LeaseLost."""
    lease.report(STEP, 0.0)
    place = folder / str(master.pk)
    place.mkdir()
    try:
        programs = Programs.found(settings.FFMPEG)
        workshop = Workshop(place, programs, Isolation(settings.SANDBOX), lease.lost)
        return listen(workshop, source_of(master, place))
    except sandbox.Cancelled as reason:
        raise LeaseLost(str(reason)) from reason
    except (NotInstalled, NoWalls, storing.Missing) as reason:
        raise GaveUp(str(reason)) from reason
    except (NoSound, NotFilm, sandbox.Stopped) as reason:
        raise GaveUp(
            _("Nothing can be heard in master %(number)s, so its sound cannot be compared. Set the times by hand.")
            % {"number": master.number}
        ) from reason


def _keep(job: Job, old_master: Master, old: Soundprint, new_master: Master, new: Soundprint) -> None:
    aligned = align(old, new)
    with job.scope():
        job.hold()
        Alignment.objects.get_or_create(
            old_master=old_master,
            new_master=new_master,
            defaults={
                "passages": [passage.to_json() for passage in aligned.passages],
                "confidence": aligned.confidence,
                "old_duration_ms": old.duration_ms,
                "new_duration_ms": new.duration_ms,
                "old_contour": old.contour(_POINTS),
                "new_contour": new.contour(_POINTS),
            },
        )
