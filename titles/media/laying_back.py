"""Lays mixes back to the picture: checked, brought to the target loudness, encoded as long as the picture, packaged.

Only sound is encoded; the rungs are not even opened, but for the top one, which is copied into a mezzanine.
"""

from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings

from studios.models import Studio
from titles.catalog.models import Cut
from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job, LeaseLost
from titles.media import sandbox, storing, workshop
from titles.media.binaries import NotInstalled
from titles.media.fitting import Fitted, fit
from titles.media.hearing import STEP as CHECKING
from titles.media.hearing import NotSound, hear
from titles.media.judging import rejected
from titles.media.judging_sound import HeardPart, Part, judge_mix
from titles.media.limits import BadLimits, MediaLimits
from titles.media.mezzanines import MezzanineDiffers
from titles.media.mixing import STEP as MIXING
from titles.media.mixing import LengthDiffers
from titles.media.models import Layback, Master, Mix, Package, Stream
from titles.media.models.master import masters_storage
from titles.media.models.package import packages_storage
from titles.media.packaging import FramesLost, SegmentsUneven
from titles.media.removing import confirm_kept, database_now
from titles.media.streams import STREAM, PictureFacts, facts_from_json
from titles.media.walls import Isolation, NoWalls
from titles.media.workshop import Programs, Workshop

_KEEPING = "keep"
_HOPELESS = (
    *(NotInstalled, NoWalls, workshop.GaveUp, sandbox.TookTooLong, sandbox.WroteTooMuch, BadLimits, storing.Missing),
    *(LengthDiffers, FramesLost, SegmentsUneven, MezzanineDiffers),
)


def lay_back(job: Job, lease: Lease) -> None:
    """Check every mix of the cut that ``job`` is about, and lay those to its newest picture that are not yet.

    One that cannot be laid does not keep the others waiting; it fails the job in the end.
    """
    cut = job.subject(Cut)
    troubles = []
    with job.scope():
        package = Package.objects.filter(cut=cut).newest_first().first()
        picture = package.top_picture() if package else None
        due = _due(cut, picture)
    for each in due:
        try:
            with private_folder(job) as folder:
                _work_on(each, picture, Workshop(folder, *_conditions(lease)), job, lease)
        except sandbox.Cancelled as reason:
            raise LeaseLost(str(reason)) from reason
        except _HOPELESS as reason:
            troubles.append(f"{each}: {reason}")
    if troubles:
        raise GaveUp(" ".join(troubles))


def _conditions(lease: Lease) -> tuple[Any, ...]:
    return Programs.found(settings.FFMPEG), Isolation(settings.SANDBOX), lease.lost


def _due(cut: Cut, picture: Stream | None) -> list[Mix]:
    """Return what was not checked, or not laid to ``picture``: of drafts, what is in review, and what is played."""
    mixes = Mix.objects.of_cut(cut).select_related("audio_track")
    approved = mixes.approved().order_by("audio_track", "-number").distinct("audio_track")
    heard = [*mixes.filter(state__in=[Mix.State.DRAFT, Mix.State.IN_REVIEW]).order_by("id"), *approved]
    laid = set(Layback.objects.filter(picture=picture).values_list("mix", flat=True)) if picture else set()
    return [
        each
        for each in heard
        if each.inspection is None or (picture is not None and each.pk not in laid and not each.is_of_no_use())
    ]


def _work_on(each: Mix, picture: Stream | None, room: Workshop, job: Job, lease: Lease) -> None:
    lease.report(CHECKING, 0.0)
    with job.scope():
        began_at = database_now()
    stems, inspection = _checked(each, picture, room, job)
    each.inspection = inspection
    laid = None
    if picture is not None and not each.is_of_no_use():
        lease.report(MIXING, 0.5)
        laid = _laid(picture, stems, room)
        _keep_files(each, picture, laid, lease)
    with job.scope():
        job.hold()
        Mix.objects.filter(pk=each.pk).update(inspection=inspection)
        if laid is not None and picture is not None:
            _enter(each, picture, laid)
            confirm_kept([f"{each.studio_id}/packages/{laid.facts.digest}"], since=began_at)


def _checked(each: Mix, picture: Stream | None, room: Workshop, job: Job) -> tuple[list[Path], dict[str, Any]]:
    """Hear all files of a mix; return their samples, and what was measured and found."""
    with job.scope():
        limits = MediaLimits.from_json(Studio.objects.current().media_limits)
        files = list(each.files.order_by("part"))
        picture_ms = _picture_ms(each, picture)
    parts, stems = [], []
    try:
        for number, file in enumerate(files):
            source = storing.at_hand(masters_storage(), str(file.file), room.folder)
            stems.append(room.folder / f"stem-{number}.f32")
            parts.append(HeardPart(Part(file.part), hear(room, source, stems[-1])))
        findings = judge_mix(parts, picture_ms=picture_ms, limits=limits)
    except NotSound as reason:
        findings = (rejected("readable", reason.code, reason.values),)
    heard = {str(part.part): part.heard.to_json() for part in parts}
    return stems, {"heard": heard, "findings": [finding.to_json() for finding in findings]}


def _picture_ms(each: Mix, picture: Stream | None) -> int | None:
    if picture is not None:
        return picture.facts["duration_ms"]
    master = Master.objects.filter(cut=each.audio_track.cut_id).newest_first().first()
    return master.duration_ms() if master else None


def _laid(picture: Stream, stems: list[Path], room: Workshop) -> Fitted:
    facts = facts_from_json(picture.facts)
    if not isinstance(facts, PictureFacts):
        raise TypeError(f"{picture} is no picture")
    film = storing.in_folder(packages_storage(), f"{picture.folder()}/{STREAM}", room.folder)
    return fit(room, stems, picture=facts, film=film)


def _mezzanine_name(each: Mix, picture: Stream) -> str:
    return f"{each.studio_id}/packages/{each.pk}/mezzanine-{picture.digest[:16]}.mp4"


def _keep_files(each: Mix, picture: Stream, laid: Fitted, lease: Lease) -> None:
    store = packages_storage()
    lease.report(_KEEPING, 1.0)
    storing.keep_folder(store, f"{each.studio_id}/packages/{laid.facts.digest}", laid.shelf)
    storing.keep_file(store, _mezzanine_name(each, picture), laid.mezzanine)


def _enter(each: Mix, picture: Stream, laid: Fitted) -> None:
    """Make the rows; an approved mix goes into the next edition at once."""
    stream, _made = Stream.objects.get_or_create(
        digest=laid.facts.digest,
        defaults={"kind": laid.facts.kind, "facts": laid.facts.to_json(), "size_bytes": laid.facts.size_bytes},
    )
    with laid.mezzanine.open("rb") as content:
        sha256 = file_digest(content, "sha256").hexdigest()
    Layback.objects.get_or_create(
        mix=each,
        picture=picture,
        defaults={
            "stream": stream,
            "mezzanine": _mezzanine_name(each, picture),
            "mezzanine_bytes": laid.mezzanine.stat().st_size,
            "mezzanine_sha256": sha256,
        },
    )
    if Mix.objects.approved().filter(pk=each.pk).exists():
        Job.enqueue("compose", each.audio_track.cut)
