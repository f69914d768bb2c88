"""Encodes one chunk of the picture to all rungs in one run of ffmpeg that decodes it once, and the sound in another.

The picture is brought to an even rate, to BT.709 and to the top rung's size, and each rung below is scaled
from the one above. Every rung gets the same key frames, so that players can switch between them. ffmpeg's exit
code is no proof (half a film ends with 0), so that frames are counted afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import ceil
from os import cpu_count
from pathlib import Path

from titles.media import sandbox
from titles.media.binaries import reads_descriptors
from titles.media.chunking import Chunk
from titles.media.ladder import Rung
from titles.media.leveling import SOUND_HZ, leveling
from titles.media.planning import Plan
from titles.media.sandbox import Limits
from titles.media.workshop import Workshop

STEP = "encode"
SOUND_STEP = "sound"

_SOUND_KBPS = 128
_SOUND = "sound.mp4"
_LANDING_US = 2_000
"""Seeking goes a little beyond the key frame that is meant, whose time may have been rounded down."""

_EXACT = "flags=bicubic+accurate_rnd+full_chroma_int"
"""For conversions between matrices, which come out 3 % too dark otherwise. Too dear for plain scaling."""
_BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_TONE_MAPPED = (
    "zscale=t=linear:npl=100",
    "format=gbrpf32le",
    "zscale=p=bt709",
    "tonemap=tonemap=hable:desat=0",
    "zscale=t=bt709:m=bt709:r=tv",
)
PLAIN = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
_PROGRESS = ("-progress", "pipe:1", "-stats_period", "0.5", "-nostats")


class FrameCountDiffers(Exception):
    """A rung has more or fewer frames than the master: part of it could not be decoded."""


class SoundLengthDiffers(Exception):
    """The sound does not end with the picture."""


@dataclass(frozen=True)
class Piece:
    """A finished chunk: one MP4 with a picture for each rung that is made, from the top down."""

    file: Path
    frame_count: int


@dataclass(frozen=True)
class Sound:
    file: Path
    packet_count: int


def fingerprint(plan: Plan, ffmpeg: Path) -> str:
    """Digest of all that is done to a master: pieces with the same one belong together, and no others do."""
    told = [chunk_command(plan, chunk, ffmpeg) for chunk in plan.chunks]
    return sha256(repr((plan.encoder, told)).encode()).hexdigest()


def chunk_command(plan: Plan, chunk: Chunk, ffmpeg: Path) -> list[str]:
    """Return the arguments of the run that makes ``chunk``: one input, a filter graph, one file with all rungs.

    Times stay those of the film (``-copyts``), and the even rate numbers its frames: what is kept is chosen by
    number. A seek that lands too early costs time alone, and one that lands too late is seen, since frames lack.
    """
    seek_s = (chunk.from_us + _LANDING_US) / 1_000_000
    return [
        *("-nostdin", "-hide_banner", "-y", "-v", "warning", *_PROGRESS, "-copyts", "-start_at_zero"),
        *(("-noaccurate_seek", "-ss", f"{seek_s:.6f}") if chunk.from_us else ()),
        *sandbox.hostile_input(plan.container, by_descriptor=reads_descriptors(ffmpeg)),
        *("-filter_complex", ";".join([_prepared(plan, chunk), *_cascade(plan)])),
        *_rung_outputs(plan),
        file_name(chunk.index),
    ]


def file_name(index: int) -> str:
    return f"chunk-{index:03}.mp4"


# The filter graph. [full] is the prepared picture, [below0] ... what the next rung is scaled from; [rung0] ... come
# out.


def _prepared(plan: Plan, chunk: Chunk) -> str:
    """Bring the chunk's frames to the even rate, and to BT.709 in square pixels; none of the others is scaled."""
    top, video = plan.rungs[0], plan.video
    from_the_start = "" if chunk.first_frame else ":start_time=0"
    end = "" if chunk.is_last else f":end_pts={chunk.end_frame}"
    steps = [
        *(["bwdif=mode=send_frame:deint=interlaced"] if video.is_interlaced else []),
        f"fps=fps={plan.cadence.rate}{from_the_start}",
        f"trim=start_pts={chunk.first_frame}{end}",
        f"setpts=PTS-{chunk.first_frame}",
        *_to_standard_range(plan),
        f"scale={top.width_px}:{top.height_px}:out_color_matrix=bt709:out_range=tv:{_EXACT}",
        "setsar=1",
        "format=yuv420p",
    ]
    return f"[0:{video.index}]{','.join(steps)}[full]"


def _to_standard_range(plan: Plan) -> Sequence[str]:
    unknown = {"", "unknown"}
    if not plan.video.is_hdr:
        return ["setparams=colorspace=bt709"] if plan.video.color_space in unknown else []
    said = [
        *(["color_primaries=bt2020"] if plan.video.color_primaries in unknown else []),
        *(["colorspace=bt2020nc"] if plan.video.color_space in unknown else []),
    ]
    return [*([f"setparams={':'.join(said)}"] if said else []), *_TONE_MAPPED]


def _cascade(plan: Plan) -> list[str]:
    """Scale each rung from the one above: 7 % less work than each from the full size."""
    chains, source = [], "[full]"
    lowest = plan.rungs.index(plan.made[-1])
    for number, rung in enumerate(plan.rungs[: lowest + 1]):
        scaled = f"scale={rung.width_px}:{rung.height_px}," if number else ""
        if number == lowest:
            chains.append(f"{source}{scaled}{_BT709}[rung{number}]")
        elif rung in plan.made:
            chains.append(f"{source}{scaled}split=2[own{number}][below{number}]")
            chains.append(f"[own{number}]{_BT709}[rung{number}]")
        else:
            chains.append(f"{source}{scaled}null[below{number}]")
        source = f"[below{number}]"
    return chains


def _rung_outputs(plan: Plan) -> list[str]:
    """One thread per rung: with more, x264 spends a capped rate by chance, so that no two runs are alike.

    There are as many encoders as rungs, which keeps the processors busy; it also costs less work and memory.
    """
    gop, recipe = str(plan.cadence.gop_frames), plan.quality.recipe
    return [
        *(argument for rung in plan.made for argument in ("-map", f"[rung{plan.rungs.index(rung)}]")),
        *("-fps_mode", "passthrough", "-c:v", "libx264", "-preset", recipe.preset, "-profile:v", "high"),
        *("-crf", str(recipe.crf), "-threads", "1"),
        *(argument for place, rung in enumerate(plan.made) for argument in _capped(place, rung)),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags:v", "+cgop+bitexact", *PLAIN),
    ]


def _capped(place: int, rung: Rung) -> tuple[str, ...]:
    return f"-maxrate:v:{place}", f"{rung.cap_kbps}k", f"-bufsize:v:{place}", f"{rung.buffer_kbit}k"


def encode_chunk(
    workshop: Workshop,
    source: Path,
    plan: Plan,
    chunk: Chunk,
    *,
    on_progress: Callable[[float], None] | None = None,
) -> Piece:
    """Make ``chunk`` of the master at ``source``; ``on_progress`` gets the share done, 0 to 1, never less.

    Raises FrameCountDiffers, GaveUp, and what sandbox.run raises; no file is left then.
    """
    file = workshop.folder / file_name(chunk.index)
    try:
        with source.open("rb") as film:
            workshop.run(
                STEP,
                workshop.programs.ffmpeg,
                *chunk_command(plan, chunk, workshop.programs.ffmpeg),
                limits=_limits(_decoded_s(plan, chunk)),
                stdin=film,
                on_line=_Counter(chunk.frame_count, on_progress).read if on_progress else None,
            )
        return Piece(file, _counted(workshop, file, plan, chunk))
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _decoded_s(plan: Plan, chunk: Chunk) -> int:
    return ceil(chunk.end_frame / plan.cadence.rate - Fraction(chunk.from_us, 1_000_000))


class _Counter:
    """Reads ffmpeg's progress: the frames of the top rung, which is the slowest. Rises only."""

    def __init__(self, frame_count: int, on_progress: Callable[[float], None]) -> None:
        self._frame_count = frame_count
        self._on_progress = on_progress
        self._share = 0.0

    def read(self, line: str) -> None:
        name, _, value = line.partition("=")
        if name == "frame":
            self._share = min(1.0, max(self._share, int(value) / self._frame_count))
            self._on_progress(self._share)


def _limits(seconds: int) -> Limits:
    """Thirty times as long as the film lasts is no honest film. Encoders take address space per processor."""
    memory_bytes = 4 * 1024**3 + (cpu_count() or 1) * 256 * 1024**2
    return Limits(cpu_s=120 + 30 * seconds, wall_s=240 + 60 * seconds, memory_bytes=memory_bytes)


def _counted(workshop: Workshop, file: Path, plan: Plan, chunk: Chunk) -> int:
    """Return the frames of all rungs. Raises FrameCountDiffers.

    In the last chunk there may be a few more than expected: a film cut without encoding can have holes, which were
    filled.
    """
    counts = {int(picture["nb_frames"]) for picture in workshop.streams_of(STEP, file, "nb_frames")}
    least, most = chunk.frame_count, Fraction(chunk.frame_count)
    if chunk.is_last:
        least, most = least - plan.frames_unsure, most + plan.cadence.rate / 2
    if len(counts) > 1 or not least <= min(counts) <= most:
        raise FrameCountDiffers(
            f"The master should have {plan.frame_count} frames, and {chunk.first_frame + min(counts)} could be"
            " encoded. Part of it is missing or damaged: export it again and upload the whole file."
        )
    return min(counts)


# The sound


def encode_sound(workshop: Workshop, source: Path, plan: Plan) -> Sound:
    """Make the sound of the whole film. Raises SoundLengthDiffers, GaveUp, and what sandbox.run raises."""
    with source.open("rb") as film:
        workshop.run(
            SOUND_STEP,
            workshop.programs.ffmpeg,
            *sound_command(plan, workshop.programs.ffmpeg),
            limits=_limits(ceil(plan.duration_s)),
            stdin=film,
        )
    sound = workshop.folder / _SOUND
    (said,) = workshop.streams_of(SOUND_STEP, sound, "nb_frames", "duration")
    if abs(Fraction(said["duration"]) - plan.duration_s) > Fraction(1024, SOUND_HZ):
        raise SoundLengthDiffers(
            f"The picture lasts {float(plan.duration_s):.3f} s, and the sound {said['duration']} s."
        )
    return Sound(sound, int(said["nb_frames"]))


def sound_command(plan: Plan, ffmpeg: Path) -> list[str]:
    return [
        *("-nostdin", "-hide_banner", "-y", "-v", "warning"),
        *sandbox.hostile_input(plan.container, by_descriptor=reads_descriptors(ffmpeg)),
        *("-filter_complex", _sound_chain(plan), "-map", "[sound]"),
        *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", f"{_SOUND_KBPS}k"),
        *("-ar", str(SOUND_HZ), "-ac", "2", "-flags:a", "+bitexact", *PLAIN, _SOUND),
    ]


def _sound_chain(plan: Plan) -> str:
    """Give the sound the target loudness and exactly the picture's length; silence where there is none."""
    samples = round(plan.duration_s * SOUND_HZ)
    if plan.sound_index is None:
        return f"anullsrc=r={SOUND_HZ}:cl=stereo,atrim=end_sample={samples}[sound]"
    steps = [
        f"aresample={SOUND_HZ}:async=1:first_pts=0",
        "aformat=sample_fmts=fltp:channel_layouts=stereo",
        *leveling(plan.loudness),
        f"aresample={SOUND_HZ}",
        "aformat=sample_fmts=fltp",
        f"apad=whole_len={samples},atrim=end_sample={samples}",
    ]
    return f"[0:{plan.sound_index}]{','.join(steps)}[sound]"
