"""Makes one stream again that was lost or damaged in the store. The same bytes come out, or nothing is changed."""

from pathlib import Path

from django.utils.translation import gettext as _

from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease
from titles.jobs.models import Job
from titles.media import joining, packaging, storing
from titles.media.encoding import encode_sound
from titles.media.keyframes import least_with_detail
from titles.media.ladder import Quality
from titles.media.models import Package, Stream
from titles.media.models.package import packages_storage
from titles.media.producing import board_of
from titles.media.storyboard import TILE_SHORT_PX
from titles.media.streams import StreamFacts
from titles.media.transcoding import Making, anticipated
from titles.media.waveform import PEAKS, write_peaks


def mend(job: Job, lease: Lease) -> None:
    """Make the stream that ``job`` is about once more, chunk by chunk as a whole episode, and put it in its place."""
    stream = job.subject(Stream)
    with job.scope():
        package = Package.objects.filter(renditions__stream=stream).select_related("master").newest_first().first()
        if package is None:
            raise GaveUp(_("Nothing plays this stream any more, so it was not made again."))
        master = package.master
    facts = stream.facts
    rung = (facts["width_px"], facts["height_px"]) if stream.kind == Stream.Kind.PICTURE else None
    with private_folder(job) as folder, anticipated():
        making = Making.of(job, lease, master, folder, quality=Quality(package.quality), rung=rung)
        made = _picture(making) if rung else _sound(making)
        if made is None:
            return
        if made.digest != stream.digest:
            raise GaveUp(_("Another encoder made it: it would come out differently. Transcode the episode again."))
        with job.scope():
            job.hold()
            making.checkpoints.strike_off()
        _replace(stream.folder(), making.workshop.folder / packaging.SHELF / made.digest)
    making.checkpoints.clear()


def _picture(making: Making) -> StreamFacts | None:
    pieces = making.next_part()
    if pieces is None:
        return None
    workshop, plan = making.workshop, making.plan
    (rung,) = joining.join(workshop, plan, pieces)
    frame_count = sum(piece.frame_count for piece in pieces)
    facts = packaging.package_picture(workshop, rung, cadence=plan.cadence, frame_count=frame_count)
    sizes = [(each.width_px, each.height_px) for each in plan.rungs]
    if sizes[least_with_detail(sizes, short_px=TILE_SHORT_PX)] == (facts.width_px, facts.height_px):
        board_of(workshop, plan, rung, facts)
    return facts


def _sound(making: Making) -> StreamFacts:
    sound = encode_sound(making.workshop, making.source, making.plan)
    facts = packaging.package_sound(
        making.workshop,
        sound.file,
        cadence=making.plan.cadence,
        packet_count=sound.packet_count,
        is_silent=making.plan.sound_index is None,
    )
    peaks = making.workshop.folder / packaging.SHELF / facts.digest / PEAKS
    write_peaks(making.workshop, sound.file, peaks, channels=facts.channels)
    return facts


def _replace(place: str, made: Path) -> None:
    """Write every file anew: what has the right size may have the wrong bytes."""
    for file in sorted(made.iterdir()):
        with file.open("rb") as content:
            storing.keep(packages_storage(), f"{place}/{file.name}", content)
