"""Checks a received master and decides what becomes of it: accepted, a person has to waive something, or rejected."""

from pathlib import Path

from django.conf import settings

from studios.models import Studio
from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job, LeaseLost
from titles.media import storing
from titles.media.binaries import NotInstalled, locate
from titles.media.checking import Inspection, Verdict, check
from titles.media.judging import Severity
from titles.media.limits import BadLimits, MediaLimits
from titles.media.models import Finding, Master
from titles.media.models.master import masters_storage
from titles.media.sandbox import Cancelled
from titles.media.walls import Isolation, NoWalls

_STEP = "check"


def inspect(job: Job, lease: Lease) -> None:
    """Look at the master that ``job`` is about, keep what was found, and have it transcoded when it is accepted."""
    master = job.subject(Master)
    try:
        with private_folder(job) as folder:
            inspection = _inspection(job, master, folder, lease)
    except Cancelled as reason:
        raise LeaseLost(str(reason)) from reason
    except (BadLimits, NotInstalled, NoWalls, storing.Missing) as reason:
        raise GaveUp(str(reason)) from reason
    with job.scope():
        job.hold()
        keep(inspection, master=master)


def _inspection(job: Job, master: Master, folder: Path, lease: Lease) -> Inspection:
    lease.report(_STEP, 0.0)
    with job.scope():
        limits = MediaLimits.from_json(Studio.objects.current().media_limits)
    return check(
        storing.at_hand(masters_storage(), str(master.file), folder),
        limits,
        ffmpeg=locate("ffmpeg", preferred=settings.FFMPEG),
        ffprobe=locate("ffprobe", preferred=settings.FFMPEG),
        isolation=Isolation(settings.SANDBOX),
        on_progress=lambda share: lease.report(_STEP, share),
        cancelled=lease.lost,
    )


def keep(inspection: Inspection, *, master: Master) -> None:
    """Write down ``inspection`` and move ``master`` to where it leads; a repeated one replaces the one before.

    What a person has waived stays waived as long as nothing new is found.
    """
    master = Master.objects.select_for_update(no_key=True).get(pk=master.pk)
    wanted = _wanted_state(master, inspection)
    master.findings.all().delete()
    Finding.objects.bulk_create(
        Finding(
            master=master,
            rule=found.rule,
            severity=found.severity,
            measured=found.measured,
            limit=found.limit,
            sentence=found.sentence,
        )
        for found in inspection.findings
    )
    Master.objects.filter(pk=master.pk).update(inspection=inspection.to_json())
    if wanted != master.state:
        master.move(master.state, wanted, by=None)
    if wanted == Master.State.ACCEPTED and not master.packages.exists():
        Job.enqueue("transcode", master)


def _wanted_state(master: Master, inspection: Inspection) -> str:
    if inspection.verdict is Verdict.NEEDS_WAIVER and master.state == Master.State.ACCEPTED:
        waived = set(master.findings.filter(severity=Severity.WAIVER).values_list("rule", flat=True))
        found = {finding.rule for finding in inspection.findings if finding.severity is Severity.WAIVER}
        return Master.State.ACCEPTED if found <= waived else Master.State.NEEDS_WAIVER
    return Master.State(str(inspection.verdict))
