"""Makes the films with burned-in subtitles that somebody asked for: of the mezzanine, which has picture and sound."""

from hashlib import file_digest

from django.conf import settings
from django.utils.translation import gettext as _

from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job, LeaseLost
from titles.media import sandbox, storing, workshop
from titles.media.binaries import NotInstalled
from titles.media.burning import PAINTING_STEP, STANDARD, STEP, Burned, BurnedDiffers, burn_in, cues_in
from titles.media.ladder import Quality, rungs_for
from titles.media.models import BurnedIn
from titles.media.models.package import packages_storage
from titles.media.painting import Unpaintable
from titles.media.streams import PictureFacts, facts_from_json
from titles.media.walls import Isolation, NoWalls
from titles.media.workshop import Programs, Workshop

_HOPELESS = (
    *(NotInstalled, NoWalls, workshop.GaveUp, sandbox.TookTooLong, sandbox.WroteTooMuch, storing.Missing),
    *(Unpaintable, BurnedDiffers),
)


def make_burned_in(job: Job, lease: Lease) -> None:
    """Make the film that ``job`` is about, in the store before the row says that it is ready."""
    wanted = job.subject(BurnedIn)
    if wanted.style != STANDARD.digest:
        raise GaveUp(_("This style of subtitles is not painted any more. Ask for the film again."))
    with job.scope():
        wanted = BurnedIn.objects.select_related("package", "sidecar").get(pk=wanted.pk)
        facts = facts_from_json(wanted.package.top_picture().facts)
    if not isinstance(facts, PictureFacts):
        raise TypeError(f"{wanted} has no picture")
    name = f"{wanted.studio_id}/packages/{wanted.package_id}/burned-{wanted.sidecar.sha256[:16]}-{wanted.style[:8]}.mp4"
    try:
        with private_folder(job) as folder:
            room = Workshop(folder, Programs.found(settings.FFMPEG), Isolation(settings.SANDBOX), lease.lost)
            burned = _burned(wanted, facts, room, lease)
            storing.keep_file(packages_storage(), name, burned.file)
            size_bytes = burned.file.stat().st_size
            with burned.file.open("rb") as content:
                sha256 = file_digest(content, "sha256").hexdigest()
    except sandbox.Cancelled as reason:
        raise LeaseLost(str(reason)) from reason
    except _HOPELESS as reason:
        raise GaveUp(str(reason)) from reason
    with job.scope():
        job.hold()
        if wanted.state == BurnedIn.State.WAITING:
            wanted.move(
                BurnedIn.State.WAITING, BurnedIn.State.DONE, by=None, file=name, size_bytes=size_bytes, sha256=sha256
            )


def _burned(wanted: BurnedIn, facts: PictureFacts, room: Workshop, lease: Lease) -> Burned:
    lease.report(PAINTING_STEP, 0.0)
    film = storing.in_folder(packages_storage(), str(wanted.package.mezzanine), room.folder)
    return burn_in(
        room,
        film,
        cues_in(wanted.sidecar.webvtt),
        picture=facts,
        language=wanted.sidecar.language,
        quality=Quality(wanted.package.quality),
        cap_kbps=rungs_for(facts.width_px, facts.height_px)[0].cap_kbps,
        on_progress=lambda share: lease.report(STEP, share),
    )
