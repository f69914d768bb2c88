"""Makes everything that players and partners need from one master: streams, a poster and a mezzanine.

The picture is encoded chunk by chunk; ``assemble`` makes the rest of finished chunks. All of it is made aside, in a
folder that nobody knows, verified, and then switched in by one rename. No database here: ``produce`` does everything
in one go, and whoever keeps chunks from one run to the next calls ``encode_chunk`` and ``assemble``.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from titles.media import encoding, joining, mezzanines, packaging, storyboard
from titles.media.binaries import NotInstalled
from titles.media.chunking import Chunk
from titles.media.encoding import FrameCountDiffers, Piece, SoundLengthDiffers, encode_chunk, encode_sound
from titles.media.joining import Encoded
from titles.media.keyframes import KeyFrames, KeyFramesDiffer, key_frames, least_with_detail
from titles.media.ladder import Quality
from titles.media.measuring import Loudness
from titles.media.mezzanines import MezzanineDiffers
from titles.media.packaging import FramesLost, SegmentsUneven
from titles.media.planning import HighDynamicRange, NoPicture, NoSound, Plan, plan_for
from titles.media.posters import Candidate, choose_posters
from titles.media.probing import Unreadable
from titles.media.sandbox import TookTooLong, WroteTooMuch
from titles.media.sniffing import NotFilm
from titles.media.storyboard import TILE_SHORT_PX, Storyboard, make_storyboard
from titles.media.streams import PictureFacts, SoundFacts, StreamFacts
from titles.media.walls import Isolation, NoWalls
from titles.media.waveform import PEAKS, write_peaks
from titles.media.workshop import Effort, GaveUp, Programs, Workshop, summed

PRODUCTION = "production.json"

_MEZZANINE = "mezzanine.mp4"
_STEPS_FROM = {
    encoding.STEP: 0.0,
    encoding.SOUND_STEP: 0.94,
    joining.STEP: 0.96,
    packaging.STEP: 0.97,
    storyboard.STEP: 0.98,
    mezzanines.STEP: 0.99,
}
"""How much of the whole is done when these steps begin: encoding is nearly all of the work."""

OnProgress = Callable[[str, float], None]


class AlreadyThere(Exception):
    """The folder that was to be made exists and has something in it."""


HOPELESS: tuple[type[Exception], ...] = (
    *(NotInstalled, NoWalls, GaveUp, TookTooLong, WroteTooMuch),
    *(NotFilm, Unreadable, NoPicture, NoSound, HighDynamicRange),
    *(FrameCountDiffers, SoundLengthDiffers, FramesLost, SegmentsUneven, KeyFramesDiffer, MezzanineDiffers),
)
"""What ends a production and would end it again; each says in a plain sentence what is wrong."""


@dataclass(frozen=True)
class MadeFile:
    """A file of a production that is not a stream."""

    name: str
    size_bytes: int
    sha256: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class OfferedPoster:
    """A frame that may be the poster, in a file of the production."""

    name: str
    at_ms: int
    sharpness: float
    black_share: float
    sha256: str


@dataclass(frozen=True)
class Production:
    """What was made. In ``folder`` lie packages/<digest>/, posters, mezzanine.mp4 and production.json."""

    folder: Path
    quality: Quality
    pictures: tuple[PictureFacts, ...]
    """From the top rung down."""
    sound: SoundFacts
    poster: MadeFile
    posters: tuple[OfferedPoster, ...]
    """Best first; ``poster`` is the best."""
    storyboard: Storyboard
    mezzanine: MadeFile
    frame_count: int
    duration_ms: int
    efforts: tuple[Effort, ...]
    """One for each step."""

    def stream_folder(self, facts: StreamFacts) -> Path:
        return self.folder / packaging.SHELF / facts.digest

    def to_json(self) -> dict[str, Any]:
        return {
            "quality": str(self.quality),
            "frame_count": self.frame_count,
            "duration_ms": self.duration_ms,
            "streams": [facts.to_json() for facts in (*self.pictures, self.sound)],
            "poster": asdict(self.poster),
            "posters": [asdict(offered) for offered in self.posters],
            "storyboard": self.storyboard.to_json(),
            "mezzanine": asdict(self.mezzanine),
            "efforts": [asdict(effort) for effort in self.efforts],
        }


def produce(
    source: Path,
    folder: Path,
    *,
    quality: Quality | str = Quality.PUBLISH,
    loudness: Loudness | None = None,
    silence_if_mute: bool = True,
    programs: Programs | None = None,
    isolation: Isolation = Isolation.AUTO,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Production:
    """Make ``folder`` from the master at ``source``. It appears when all in it is verified, or never.

    ``loudness`` is what was measured in the master; without it the sound is as loud as it was. A master
    without sound gets silence, or is refused if that is not wanted. ``on_progress`` gets the step and the share
    of the whole that is done, 0 to 1, never less than before.
    Raises AlreadyThere, OSError when the master cannot be opened, Cancelled, and what HOPELESS lists.
    """
    refuse_taken(folder)
    tools = programs or Programs.found()
    plan = plan_for(
        source,
        tools,
        quality=Quality(quality),
        loudness=loudness,
        silence_if_mute=silence_if_mute,
        isolation=isolation,
        cancelled=cancelled,
    )
    tell = on_progress or _unheard
    with _aside(folder) as aside:
        workshop = Workshop(aside / "workshop", tools, isolation, cancelled)
        pieces = [
            encode_chunk(workshop, source, plan, chunk, on_progress=share_of(plan, chunk, chunk.first_frame, tell))
            for chunk in plan.chunks
        ]
        production = assemble(workshop, source, plan, pieces, aside / "result", on_progress=tell)
        (aside / "result").rename(folder)
    return replace(production, folder=folder)


def share_of(plan: Plan, chunk: Chunk, frames_done: int, tell: OnProgress) -> Callable[[float], None]:
    """Return what hears how far ``chunk`` is, and tells how far the whole is, of which other chunks are done."""

    def hear(share: float) -> None:
        done = (frames_done + share * chunk.frame_count) / plan.frame_count
        tell(encoding.STEP, done * _STEPS_FROM[encoding.SOUND_STEP])

    return hear


def refuse_taken(folder: Path) -> None:
    """Raise AlreadyThere if something is in ``folder``, which would be lost."""
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyThere(f"{folder} is not empty. Name a folder that does not exist yet.")


def _unheard(_step: str, _share: float) -> None:
    """Progress that nobody follows."""


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Lend a folder beside ``folder``, near enough for a rename, with two in it; what stays in it is removed."""
    folder = folder.absolute()
    lent = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        for part in ("workshop", "result"):
            (lent / part).mkdir(parents=True)
        yield lent
    finally:
        shutil.rmtree(lent, ignore_errors=True)


def assemble(
    workshop: Workshop,
    source: Path,
    plan: Plan,
    pieces: Sequence[Piece],
    result: Path,
    *,
    on_progress: OnProgress | None = None,
) -> Production:
    """Make the sound, join ``pieces``, which lie in the workshop's folder, and package all.

    What is kept is left in ``result``. Raises as ``produce`` does.
    """
    tell = on_progress or _unheard
    encoded = _encoded(workshop, source, plan, pieces, tell)
    _begin(packaging.STEP, tell)
    pictures, sound = _packaged(workshop, plan, encoded)
    _begin(storyboard.STEP, tell)
    board, candidates = _looked_at(workshop, plan, encoded, pictures)
    write_peaks(workshop, encoded.sound.file, _shelf(workshop, sound) / PEAKS, channels=sound.channels)
    _begin(mezzanines.STEP, tell)
    mezzanine = mezzanines.join(
        workshop, encoded.rungs[0], encoded.sound.file, name=_MEZZANINE, frame_count=encoded.frame_count
    )

    for made in (workshop.folder / packaging.SHELF, mezzanine, *(candidate.file for candidate in candidates)):
        made.rename(result / made.name)
    production = Production(
        folder=result,
        quality=plan.quality,
        pictures=pictures,
        sound=sound,
        poster=_described(result / candidates[0].file.name, pictures[0]),
        posters=tuple(_offered(candidate, result) for candidate in candidates),
        storyboard=board,
        mezzanine=_described(result / mezzanine.name, pictures[0]),
        frame_count=encoded.frame_count,
        duration_ms=pictures[0].duration_ms,
        efforts=tuple(summed(workshop.efforts)),
    )
    (result / PRODUCTION).write_text(json.dumps(production.to_json(), indent=1) + "\n")
    tell(mezzanines.STEP, 1.0)
    return production


def _begin(step: str, tell: OnProgress) -> None:
    tell(step, _STEPS_FROM[step])


def _encoded(workshop: Workshop, source: Path, plan: Plan, pieces: Sequence[Piece], tell: OnProgress) -> Encoded:
    _begin(encoding.SOUND_STEP, tell)
    sound = encode_sound(workshop, source, plan)
    _begin(joining.STEP, tell)
    rungs = joining.join(workshop, plan, pieces)
    for piece in pieces:
        piece.file.unlink()
    return Encoded(rungs, sound, sum(piece.frame_count for piece in pieces))


def _packaged(workshop: Workshop, plan: Plan, encoded: Encoded) -> tuple[tuple[PictureFacts, ...], SoundFacts]:
    """Package every rung and the sound. Raises SegmentsUneven if a player could not switch between rungs."""
    pictures = tuple(
        packaging.package_picture(workshop, rung, cadence=plan.cadence, frame_count=encoded.frame_count)
        for rung in encoded.rungs
    )
    sound = packaging.package_sound(
        workshop,
        encoded.sound.file,
        cadence=plan.cadence,
        packet_count=encoded.sound.packet_count,
        is_silent=plan.sound_index is None,
    )
    if len({picture.segment_count for picture in pictures}) > 1:
        raise SegmentsUneven("The rungs are not cut into the same number of segments.")
    return pictures, sound


def _looked_at(
    workshop: Workshop, plan: Plan, encoded: Encoded, pictures: Sequence[PictureFacts]
) -> tuple[Storyboard, list[Candidate]]:
    """Make the storyboard and take posters, of the key frames of the smallest rung that has the detail for it."""
    place = least_with_detail([(facts.width_px, facts.height_px) for facts in pictures], short_px=TILE_SHORT_PX)
    board, frames = board_of(workshop, plan, encoded.rungs[place], pictures[place])
    candidates = choose_posters(workshop, frames, encoded.rungs[0])
    frames.file.unlink()
    return board, candidates


def board_of(workshop: Workshop, plan: Plan, rung: Path, facts: PictureFacts) -> tuple[Storyboard, KeyFrames]:
    """Make the storyboard of ``rung`` in the folder of its stream; return it with the key frames that it shows."""
    frames = key_frames(
        workshop,
        storyboard.STEP,
        rung,
        width_px=facts.width_px,
        height_px=facts.height_px,
        cadence=plan.cadence,
        frame_count=facts.frame_count,
    )
    folder = _shelf(workshop, facts)
    return make_storyboard(workshop, frames, folder, stream=facts.digest, duration_ms=facts.duration_ms), frames


def _shelf(workshop: Workshop, facts: StreamFacts) -> Path:
    return workshop.folder / packaging.SHELF / facts.digest


def _offered(candidate: Candidate, result: Path) -> OfferedPoster:
    name = candidate.file.name
    return OfferedPoster(name, candidate.at_ms, candidate.sharpness, candidate.black_share, _sha256(result / name))


def _described(file: Path, picture: PictureFacts) -> MadeFile:
    """Measure a file that shows the top rung's picture."""
    return MadeFile(file.name, file.stat().st_size, _sha256(file), picture.width_px, picture.height_px)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
