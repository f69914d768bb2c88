"""Checks a received master and decides what becomes of it: accepted, a person has to waive something, or rejected.

What was measured is kept with the master, so that the same decision can be taken again without the file, by other
limits (titles.media.rejudging).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from django.conf import settings

from studios.models import Studio
from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job, LeaseLost
from titles.media import judging, storing
from titles.media.binaries import NotInstalled, locate
from titles.media.checking import Inspection, Verdict, check
from titles.media.cold import source_of
from titles.media.duplicates import RULE as DUPLICATE
from titles.media.duplicates import duplicate, one_at_a_time, repeated_by
from titles.media.judging import Severity
from titles.media.limits import SHIPPED, BadLimits, MediaLimits
from titles.media.models import Finding, Master
from titles.media.models.finding import stills_storage
from titles.media.sandbox import Cancelled
from titles.media.stills import moment_of, moments_of, stills
from titles.media.walls import Isolation, NoWalls

_STEP = "check"


@dataclass(frozen=True)
class _Seen:
    """What a look at a file brought: the inspection, and names in the store of stills by their moment."""

    inspection: Inspection
    stills: Mapping[int, str] = field(default_factory=dict)


def inspect(job: Job, lease: Lease) -> None:
    """Look at the master that ``job`` is about, keep what was found, and have it transcoded when it is accepted."""
    master = job.subject(Master)
    try:
        with private_folder(job) as folder:
            seen = _seen(job, master, folder, lease)
    except Cancelled as reason:
        raise LeaseLost(str(reason)) from reason
    except (BadLimits, NotInstalled, NoWalls, storing.Missing) as reason:
        raise GaveUp(str(reason)) from reason
    with job.scope():
        job.hold()
        one_at_a_time()
        limits = limits_of_studio()
        keep(seen.inspection, master=master, limits=limits, stills=seen.stills)
        for other in repeated_by(master, seen.inspection.marks):
            keep(Inspection.from_json(other.inspection or {}), master=other, limits=limits, stills=stills_of(other))


def limits_of_studio() -> MediaLimits:
    """What the studio of this scope expects of a master. Raises BadLimits."""
    return MediaLimits.from_json(Studio.objects.current().media_limits)


def _seen(job: Job, master: Master, folder: Path, lease: Lease) -> _Seen:
    lease.report(_STEP, 0.0)
    with job.scope():
        limits = limits_of_studio()
    tools: dict[str, Any] = {"isolation": Isolation(settings.SANDBOX), "cancelled": lease.lost}
    ffmpeg = locate("ffmpeg", preferred=settings.FFMPEG)
    path = source_of(master, folder)
    inspection = check(
        path,
        limits,
        ffmpeg=ffmpeg,
        ffprobe=locate("ffprobe", preferred=settings.FFMPEG),
        most_bytes=settings.MASTER_MOST_BYTES,
        on_progress=lambda share: lease.report(_STEP, share),
        **tools,
    )
    if inspection.probe is None:
        return _Seen(inspection)
    with job.scope():
        wanted = moments_of(inspection.probe, with_duplicate(inspection, master, limits).findings)
    taken = stills(path, inspection.probe, wanted, folder, ffmpeg=ffmpeg, **tools)
    return _Seen(inspection, {moment_ms: _kept(master, still) for moment_ms, still in taken.items()})


def _kept(master: Master, still: Path) -> str:
    """Put a still into the store; its name is its moment."""
    name = f"{master.studio_id}/findings/{master.pk}/{still.name}"
    storing.keep_file(stills_storage(), name, still)
    return name


def with_duplicate(inspection: Inspection, master: Master, limits: MediaLimits) -> Inspection:
    """``inspection`` with what can only be found among the other masters of the studio. Needs a scope."""
    others = [finding for finding in inspection.findings if finding.rule != DUPLICATE]
    found = duplicate(master, inspection.marks, limits) if inspection.probe else None
    return replace(inspection, findings=judging.gravest_first([*others, found] if found else others))


def keep(
    inspection: Inspection,
    *,
    master: Master,
    limits: MediaLimits = SHIPPED,
    stills: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Write down ``inspection`` and move ``master`` to where it leads; a repeated one replaces the one before.

    What a person has waived stays waived. ``stills`` are names in the store, by the moment that they show.
    """
    master = Master.objects.select_for_update(no_key=True).get(pk=master.pk)
    inspection = with_duplicate(inspection, master, limits)
    wanted = state_after(inspection, master.waivers.values_list("rule", flat=True))
    master.findings.all().delete()
    Finding.objects.bulk_create(_finding(master, found, inspection, stills) for found in inspection.findings)
    Master.objects.filter(pk=master.pk).update(inspection=inspection.to_json(), marks=list(inspection.marks))
    if wanted != master.state:
        master.move(master.state, wanted, by=None)
    if wanted == Master.State.ACCEPTED and not master.packages.exists():
        master.go_on()


def stills_of(master: Master) -> dict[int, str]:
    """Names of the stills that were taken when the file was looked at, by their moment, which is in the name."""
    names = [str(found.still) for found in master.findings.all() if found.still]
    return {int(PurePosixPath(name).stem): name for name in names}


def _finding(master: Master, found: judging.Finding, inspection: Inspection, stills: Mapping[int, str]) -> Finding:
    moment_ms = moment_of(found, inspection.probe)
    return Finding(
        master=master,
        rule=found.rule,
        severity=found.severity,
        measured=found.measured,
        limit=found.limit,
        sentence=found.sentence,
        code=found.code,
        values=dict(found.values),
        start_ms=found.start_ms,
        end_ms=found.end_ms,
        still=stills.get(moment_ms, "") if moment_ms is not None else "",
    )


def state_after(inspection: Inspection, waived: Iterable[str]) -> str:
    """The state that a master comes to by ``inspection``, when these rules are waived for it."""
    if inspection.verdict is Verdict.NEEDS_WAIVER:
        asking = {finding.rule for finding in inspection.findings if finding.severity is Severity.WAIVER}
        return Master.State.NEEDS_WAIVER if asking - set(waived) else Master.State.ACCEPTED
    return Master.State(str(inspection.verdict))
