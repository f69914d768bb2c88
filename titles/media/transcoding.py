"""Turns an accepted master into a Package: streams in their folders first, then all rows in one transaction."""

from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from studios.keys import new_id
from titles.catalog.languages import bcp47
from titles.catalog.models import Cut
from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job, LeaseLost
from titles.media import encoding, sandbox, storing
from titles.media.checking import Inspection
from titles.media.measuring import Loudness
from titles.media.models import AudioTrack, Master, Mix, Package, Rendition, Stream
from titles.media.models.master import masters_storage
from titles.media.models.package import packages_storage
from titles.media.producing import HOPELESS, OfferedPoster, Production, produce
from titles.media.streams import StreamFacts
from titles.media.walls import Isolation
from titles.media.workshop import Programs

_KEEPING = "keep"


def transcode(job: Job, lease: Lease) -> None:
    """Make the streams, poster and mezzanine of the master that ``job`` is about, and have a new Edition composed.

    Nothing is visible before all of it is in the store. The same streams again give no second package.
    """
    master = job.subject(Master)
    if master.state != Master.State.ACCEPTED:
        raise GaveUp(_("This master is not accepted any more, so nothing was made of it."))
    with private_folder(job) as folder:
        production = _produced(master, folder, lease)
        identity = _identity(job, master, production)
        _keep_files(f"{master.studio_id}/packages", identity, production, lease)
    with job.scope():
        job.hold()
        _enter(identity, master, production)
        Job.enqueue("compose", master.cut)
        if Mix.objects.of_cut(master.cut).exists():
            Job.enqueue("encode sound", master.cut)


def _produced(master: Master, folder: Path, lease: Lease) -> Production:
    lease.report(encoding.STEP, 0.0)
    try:
        return produce(
            storing.at_hand(masters_storage(), str(master.file), folder),
            folder / "production",
            quality=settings.TRANSCODE_QUALITY,
            loudness=_loudness(master),
            programs=Programs.found(settings.FFMPEG),
            isolation=Isolation(settings.SANDBOX),
            on_progress=lease.report,
            cancelled=lease.lost,
        )
    except sandbox.Cancelled as reason:
        raise LeaseLost(str(reason)) from reason
    except storing.Missing as reason:
        raise GaveUp(str(reason)) from reason
    except HOPELESS as reason:
        raise GaveUp(str(reason)) from reason


def _loudness(master: Master) -> Loudness | None:
    measured = Inspection.from_json(master.inspection).measured if master.inspection else None
    return measured.loudness if measured else None


def _identity(job: Job, master: Master, production: Production) -> UUID:
    """The id of the package that has exactly these streams already, or a new one."""
    wanted = {facts.digest for facts in _streams(production)}
    with job.scope():
        for package in Package.objects.filter(master=master, quality=production.quality).newest_first():
            if set(package.renditions.values_list("stream__digest", flat=True)) == wanted:
                return package.pk
    return new_id()


def _streams(production: Production) -> tuple[StreamFacts, ...]:
    return (*production.pictures, production.sound)


def _keep_files(shelf: str, identity: UUID, production: Production, lease: Lease) -> None:
    """Copy everything into the store; what lies there already, from another run or package, stays as it is."""
    store = packages_storage()
    for facts in _streams(production):
        lease.report(_KEEPING, 1.0)
        storing.keep_folder(store, f"{shelf}/{facts.digest}", production.stream_folder(facts))
    for name in (production.mezzanine.name, *(poster.name for poster in production.posters)):
        lease.report(_KEEPING, 1.0)
        storing.keep_file(store, f"{shelf}/{identity}/{name}", production.folder / name)


def _enter(identity: UUID, master: Master, production: Production) -> None:
    """Make the rows of a package, unless it is known. The cut is locked: numbers are given one at a time."""
    cut = Cut.objects.select_for_update(no_key=True).get(pk=master.cut_id)
    if Package.objects.filter(pk=identity).exists():
        return
    folder = f"{master.studio_id}/packages/{identity}"
    package = Package.objects.create(
        id=identity,
        cut=cut,
        master=master,
        number=1 + (cut.packages.aggregate(last=Max("number"))["last"] or 0),
        quality=production.quality,
        duration_ms=production.duration_ms,
        frame_count=production.frame_count,
        poster=f"{folder}/{production.poster.name}",
        poster_width_px=production.poster.width_px,
        poster_height_px=production.poster.height_px,
        poster_sha256=production.poster.sha256,
        mezzanine=f"{folder}/{production.mezzanine.name}",
        mezzanine_bytes=production.mezzanine.size_bytes,
        mezzanine_sha256=production.mezzanine.sha256,
        storyboard=production.storyboard.to_json(),
        posters=[_offered(poster, folder) for poster in production.posters],
    )
    original, _made = AudioTrack.objects.get_or_create(
        cut=cut, language=bcp47(cut.episode.series.original_language), role=AudioTrack.Role.ORIGINAL
    )
    Rendition.objects.bulk_create(
        [Rendition(package=package, stream=_stream(facts)) for facts in production.pictures]
        + [Rendition(package=package, stream=_stream(production.sound), audio_track=original)]
    )


def _offered(poster: OfferedPoster, folder: str) -> dict[str, Any]:
    values = asdict(poster)
    return {"file": f"{folder}/{values.pop('name')}", **values}


def _stream(facts: StreamFacts) -> Stream:
    stream, _made = Stream.objects.get_or_create(
        digest=facts.digest,
        defaults={"kind": facts.kind, "facts": facts.to_json(), "size_bytes": facts.size_bytes},
    )
    return stream
