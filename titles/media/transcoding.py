"""Turns an accepted master into a Package: streams in their folders first, then all rows in one transaction.

Each time that a worker claims the job it makes one chunk, and hands it back, so that whoever is next in turn comes
first; the last one to come joins the chunks and makes the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from studios.keys import new_id
from titles.catalog.languages import bcp47
from titles.catalog.models import Cut, Series
from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease, TryLater
from titles.jobs.models import Job, LeaseLost
from titles.media import sandbox, storing
from titles.media.binaries import NotInstalled, encoder_identity, locate
from titles.media.checking import Inspection
from titles.media.checkpoints import Checkpoints, PiecesLost
from titles.media.chunking import Chunk
from titles.media.cold import source_of
from titles.media.encoding import Piece, encode_chunk, fingerprint
from titles.media.ladder import Quality
from titles.media.measuring import Loudness
from titles.media.models import AudioTrack, Master, Mix, Package, Rendition, Stream
from titles.media.models.package import packages_storage
from titles.media.planning import Plan, plan_for
from titles.media.producing import HOPELESS, OfferedPoster, Production, assemble, share_of
from titles.media.removing import confirm_kept, database_now
from titles.media.streams import StreamFacts
from titles.media.walls import Isolation
from titles.media.workshop import GaveUp as ProgramGaveUp
from titles.media.workshop import NoSpace, Programs, Workshop

_KEEPING = "keep"


def own_encoder() -> str:
    """Which encoder this worker has; empty where there is none, which the job itself will tell."""
    try:
        return encoder_identity(locate("ffmpeg", preferred=settings.FFMPEG))
    except NotInstalled:
        return ""


def transcode(job: Job, lease: Lease) -> None:
    """Make the next chunk of the master that ``job`` is about, or of all chunks a package, and have that composed.

    Nothing is visible before all of it is in the store. The same streams again give no second package.
    """
    master = job.subject(Master)
    if master.state != Master.State.ACCEPTED:
        raise GaveUp(_("This master is not accepted any more, so nothing was made of it."))
    with private_folder(job) as folder, anticipated():
        making = Making.of(job, lease, master, folder, quality=Quality(settings.TRANSCODE_QUALITY))
        pieces = making.next_part()
        if pieces is None:
            return
        (folder / "result").mkdir()
        production = assemble(
            making.workshop, making.source, making.plan, pieces, folder / "result", on_progress=lease.report
        )
        with job.scope():
            began_at = database_now()
        identity = _identity(job, master, production)
        _keep_files(f"{master.studio_id}/packages", identity, production, lease)
    with job.scope():
        job.hold()
        _enter(identity, master, production)
        shelf = f"{master.studio_id}/packages"
        folders = {str(identity), *(facts.digest for facts in _streams(production))}
        confirm_kept([f"{shelf}/{each}" for each in folders], since=began_at)
        making.checkpoints.strike_off()
        Job.enqueue("compose", master.cut)
        if Mix.objects.of_cut(master.cut).exists():
            Job.enqueue("encode sound", master.cut)
    making.checkpoints.clear()


def retry_season(series: Series, *, by: Any) -> list[Job]:
    """Ask again for whatever failed for good on masters of ``series``; finished chunks are used."""
    masters = Master.objects.filter(cut__episode__series=series).values("pk")
    failed = Job.objects.failed_for_good().filter(kind__in=("inspect", "transcode"), subject_id__in=masters)
    return [job.retry(by=by) for job in failed.order_by("id")]


@contextmanager
def anticipated() -> Iterator[None]:
    """Tell what another try would cure from what it would not."""
    try:
        yield
    except sandbox.Cancelled as reason:
        raise LeaseLost(str(reason)) from reason
    except storing.Missing as reason:
        raise GaveUp(str(reason)) from reason
    except ProgramGaveUp as reason:
        reason.add_note(str(reason))
        raise GaveUp(
            _("The film could not be encoded. Retry it; if it fails again, export the master anew and replace it.")
        ) from reason
    except HOPELESS as reason:
        raise GaveUp(str(reason)) from reason
    except NoSpace as reason:
        raise TryLater(_("The disk is full. Free some space; the work goes on by itself.")) from reason
    except TryLater:
        raise
    except OSError as reason:
        why = reason.strerror or str(reason)
        raise TryLater(_("The disk or the store cannot be used: %s. It is tried again by itself.") % why) from reason


@dataclass(frozen=True)
class Making:
    """One worker's part in making something of a master: what there is to work with, and what is planned."""

    lease: Lease
    source: Path
    workshop: Workshop
    plan: Plan
    checkpoints: Checkpoints

    @classmethod
    def of(
        cls,
        job: Job,
        lease: Lease,
        master: Master,
        folder: Path,
        *,
        quality: Quality,
        rung: tuple[int, int] | None = None,
    ) -> "Making":
        """Look the master over; with ``rung`` only that one is made. Raises what ``plan_for`` raises, and Missing."""
        workshop = Workshop(
            folder / "workshop", Programs.found(settings.FFMPEG), Isolation(settings.SANDBOX), lease.lost
        )
        workshop.folder.mkdir()
        source = source_of(master, folder)
        plan = plan_for(
            source,
            workshop.programs,
            quality=quality,
            loudness=_loudness(master),
            isolation=workshop.isolation,
            cancelled=lease.lost,
        )
        plan = plan.only(*rung) if rung else plan
        checkpoints = Checkpoints(job, master, plan, fingerprint(plan, workshop.programs.ffmpeg))
        return cls(lease, source, workshop, plan, checkpoints)

    def next_part(self) -> list[Piece] | None:
        """Make one chunk; return all of them when it was the last one, else hand the job back and return None."""
        missing = self.checkpoints.missing()
        if missing:
            self._make(missing[0], frames_left=sum(chunk.frame_count for chunk in missing))
        if len(missing) > 1:
            self.lease.hand_back()
            return None
        try:
            return self.checkpoints.bring(self.workshop.folder)
        except PiecesLost:
            self.lease.hand_back()
            return None

    def _make(self, chunk: Chunk, *, frames_left: int) -> None:
        tell = share_of(self.plan, chunk, self.plan.frame_count - frames_left, self.lease.report)
        tell(0.0)
        piece = encode_chunk(self.workshop, self.source, self.plan, chunk, on_progress=tell)
        self.checkpoints.keep(chunk, piece)


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
