"""Encodes all rungs, the sound and a poster in one run of ffmpeg that decodes the master once.

The picture is brought to an even rate, to BT.709 and to the top rung's size, and each rung below is scaled
from the one above. Every rung gets the same key frames, so that players can switch between them. ffmpeg's exit
code is no proof (half a film ends with 0), so that frames are counted afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from os import cpu_count
from pathlib import Path

from titles.media import sandbox
from titles.media.binaries import reads_descriptors
from titles.media.ladder import Cadence, Quality, Rung, rungs_for
from titles.media.leveling import SOUND_HZ, leveling
from titles.media.measuring import Loudness
from titles.media.probing import Probe, Video
from titles.media.sandbox import Limits
from titles.media.workshop import Workshop

STEP = "encode"

_SOUND_KBPS = 128
_POSTER_AT = Fraction(1, 10)
_BLACK_PERCENT = 90
_STANDARD_RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60"))
_SOUND = "sound.mp4"
_POSTER = "poster.jpg"

_EXACT = "flags=bicubic+accurate_rnd+full_chroma_int"
"""For conversions between matrices, which come out 3 % too dark otherwise. Too dear for plain scaling."""
_BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_PLAIN = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
_PROGRESS = ("-progress", "pipe:1", "-stats_period", "0.5", "-nostats")


class NoPicture(Exception):
    """The master has no moving picture, or one without a length or a rate."""


class NoSound(Exception):
    """The master has no sound, and silence was not wanted."""


class HighDynamicRange(Exception):
    """The master is HDR; shown as SDR without conversion its colors would be wrong."""


class FrameCountDiffers(Exception):
    """A rung has more or fewer frames than the master: part of it could not be decoded."""


class SoundLengthDiffers(Exception):
    """The sound does not end with the picture."""


@dataclass(frozen=True)
class Plan:
    """What is made of a master, settled before anything runs."""

    container: str
    video: Video
    sound_index: int | None
    """The stream that is heard; None: silence is made."""
    rungs: tuple[Rung, ...]
    cadence: Cadence
    frame_count: int
    frames_unsure: int
    """How many frames may be missing without harm: 0 where the master's index counts them for us."""
    quality: Quality
    loudness: Loudness | None

    @classmethod
    def of(
        cls,
        probe: Probe,
        *,
        quality: Quality = Quality.PUBLISH,
        loudness: Loudness | None = None,
        silence_if_mute: bool = True,
    ) -> "Plan":
        """Plan for what ``probe`` found; without ``loudness`` the sound keeps its own.

        Raises NoPicture, NoSound and HighDynamicRange.
        """
        video = probe.video
        if video is None or not video.duration_ms or not (video.frame_rate or video.nominal_frame_rate):
            raise NoPicture("The master has no moving picture of a known length. Export it again.")
        if video.is_hdr:
            raise HighDynamicRange("The master is in HDR. Export it in SDR (BT.709) and upload that.")
        if not probe.audio and not silence_if_mute:
            raise NoSound("The master has no sound. Export it with sound and upload that.")
        cadence = Cadence.of(steady_rate(video))
        frame_count, frames_unsure = _expected_frames(video, cadence)
        return cls(
            container=probe.container,
            video=video,
            sound_index=probe.audio[0].index if probe.audio else None,
            rungs=rungs_for(*_square_size(video)),
            cadence=cadence,
            frame_count=frame_count,
            frames_unsure=frames_unsure,
            quality=quality,
            loudness=loudness if probe.audio else None,
        )

    @property
    def duration_s(self) -> Fraction:
        return self.frame_count / self.cadence.rate

    @property
    def poster_at_s(self) -> Fraction:
        return self.duration_s * _POSTER_AT


@dataclass(frozen=True)
class Encoded:
    """Verified files in the workshop's folder: plain MP4s and a JPEG."""

    rungs: tuple[Path, ...]
    """From the top down."""
    sound: Path
    sound_packets: int
    poster: Path
    frame_count: int


def steady_rate(video: Video) -> Fraction:
    """Return the even rate at which the picture is encoded, before any thinning.

    The nominal rate is the one that the film was meant to have. Recorders that stamp frames by a clock of
    theirs name absurd ones; then the usual rate nearest to the average is taken.
    """
    nominal, average = video.nominal_frame_rate, video.frame_rate
    if nominal and (nominal <= 60 or video.has_constant_frame_rate):
        return nominal
    return min(_STANDARD_RATES, key=lambda rate: abs(rate - average))


def _square_size(video: Video) -> tuple[int, int]:
    """Return width and height with square pixels; the picture is never made narrower for it."""
    if video.sample_aspect > 1:
        return round(video.width_px * video.sample_aspect), video.height_px
    return video.width_px, round(video.height_px / (video.sample_aspect or 1))


def _expected_frames(video: Video, cadence: Cadence) -> tuple[int, int]:
    """Return how many frames there will be, and how many fewer that may be: none where the index agrees.

    The index alone is no measure: it also counts frames that an edit list hides. Counted from the film's start,
    since a picture that comes later stands still until then.
    """
    shown = round(cadence.rate * video.duration_ms / 1000)
    late = round(cadence.rate * video.start_ms / 1000)
    return shown + late, 0 if shown == video.frames else 1


def command(plan: Plan, ffmpeg: Path) -> list[str]:
    """Return the arguments of the one run: one input, a filter graph, and an output per rung, sound and poster."""
    return [
        *("-nostdin", "-hide_banner", "-y", "-v", "warning", *_PROGRESS),
        *sandbox.hostile_input(plan.container, by_descriptor=reads_descriptors(ffmpeg)),
        *("-filter_complex", ";".join(_graph(plan))),
        *(argument for number, rung in enumerate(plan.rungs) for argument in _rung_output(plan, number, rung)),
        *_sound_output(),
        *_poster_output(),
    ]


# The filter graph. [full] and [still] are the prepared picture, [below0] ... what the next rung is scaled from;
# [rung0] ..., [sound] and [poster] come out.


def _graph(plan: Plan) -> list[str]:
    return [*_prepared(plan), *_cascade(plan.rungs), *_poster(plan), _sound_chain(plan)]


def _prepared(plan: Plan) -> list[str]:
    """Bring the picture to the even rate from the film's first moment, and to BT.709 in square pixels."""
    top, video = plan.rungs[0], plan.video
    steps = [
        *(["bwdif=mode=send_frame:deint=interlaced"] if video.is_interlaced else []),
        f"fps=fps={plan.cadence.rate}:start_time=0",
        *(["setparams=colorspace=bt709"] if video.color_space in {"", "unknown"} else []),
        f"scale={top.width_px}:{top.height_px}:out_color_matrix=bt709:out_range=tv:{_EXACT}",
        "setsar=1",
        "format=yuv420p",
    ]
    return [f"[0:{video.index}]{','.join(steps)},split=2[full][still]"]


def _cascade(rungs: Sequence[Rung]) -> list[str]:
    """Scale each rung from the one above: 7 % less work than each from the full size."""
    chains, source = [], "[full]"
    for number, rung in enumerate(rungs):
        scaled = f"scale={rung.width_px}:{rung.height_px}," if number else ""
        if rung is rungs[-1]:
            chains.append(f"{source}{scaled}{_BT709}[rung{number}]")
        else:
            chains.append(f"{source}{scaled}split=2[own{number}][below{number}]")
            chains.append(f"[own{number}]{_BT709}[rung{number}]")
        source = f"[below{number}]"
    return chains


def _poster(plan: Plan) -> list[str]:
    """Take the first frame from 10 % on that is not black, or the very first one if all of them are.

    An output that gets nothing at all makes ffmpeg fail: hence the one behind the others. JPEG means BT.601.
    """
    is_lit = f"blackframe=amount=0,metadata=select:key=lavfi.blackframe.pblack:value={_BLACK_PERCENT}:function=less"
    return [
        "[still]split=2[search][first]",
        f"[search]select='gte(t,{float(plan.poster_at_s):.3f})',{is_lit}[lit]",
        "[first]trim=end_frame=1[any]",
        f"[lit][any]concat=n=2:v=1,scale=out_color_matrix=bt601:out_range=pc:{_EXACT},format=yuvj420p[poster]",
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


def _rung_output(plan: Plan, number: int, rung: Rung) -> list[str]:
    """One thread per rung: with more, x264 spends a capped rate by chance, so that no two runs are alike.

    There are as many encoders as rungs, which keeps the processors busy; it also costs less work and memory.
    """
    gop = str(plan.cadence.gop_frames)
    return [
        *("-map", f"[rung{number}]", "-fps_mode", "passthrough"),
        *("-c:v", "libx264", "-preset", plan.quality.preset, "-profile:v", "high", "-crf", "23"),
        *("-maxrate", f"{rung.cap_kbps}k", "-bufsize", f"{rung.buffer_kbit}k", "-threads", "1"),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags:v", "+cgop+bitexact"),
        *(*_PLAIN, _file_name(rung)),
    ]


def _sound_output() -> list[str]:
    return [
        *("-map", "[sound]", "-c:a", "aac", "-profile:a", "aac_low", "-b:a", f"{_SOUND_KBPS}k"),
        *("-ar", str(SOUND_HZ), "-ac", "2", "-flags:a", "+bitexact", *_PLAIN, _SOUND),
    ]


def _poster_output() -> list[str]:
    return [
        *("-map", "[poster]", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-flags:v", "+bitexact"),
        *("-f", "image2", "-update", "1", *_PLAIN, _POSTER),
    ]


def _file_name(rung: Rung) -> str:
    return f"rung-{rung.width_px}x{rung.height_px}.mp4"


def encode(
    workshop: Workshop, source: Path, plan: Plan, *, on_progress: Callable[[float], None] | None = None
) -> Encoded:
    """Carry out ``plan`` on the master at ``source``; ``on_progress`` gets the share done, 0 to 1, never less.

    Raises FrameCountDiffers, SoundLengthDiffers, GaveUp, and what sandbox.run raises.
    """
    with source.open("rb") as film:
        workshop.run(
            STEP,
            workshop.programs.ffmpeg,
            *command(plan, workshop.programs.ffmpeg),
            limits=_limits(plan),
            stdin=film,
            on_line=_Counter(plan.frame_count, on_progress).read if on_progress else None,
        )
    rungs = tuple(workshop.folder / _file_name(rung) for rung in plan.rungs)
    frame_count = _counted(workshop, rungs, plan)
    sound = workshop.folder / _SOUND
    return Encoded(rungs, sound, _sound_packets(workshop, sound, plan), workshop.folder / _POSTER, frame_count)


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


def _limits(plan: Plan) -> Limits:
    """Thirty times as long as the film lasts is no honest film. Encoders take address space per processor."""
    seconds = ceil(plan.duration_s)
    memory_bytes = 4 * 1024**3 + (cpu_count() or 1) * 256 * 1024**2
    return Limits(cpu_s=120 + 30 * seconds, wall_s=240 + 60 * seconds, memory_bytes=memory_bytes)


def _counted(workshop: Workshop, rungs: Sequence[Path], plan: Plan) -> int:
    """Return the frames of all rungs. Raises FrameCountDiffers.

    There may be a few more than expected: a film cut without encoding can have holes, which were filled.
    """
    indexes = [workshop.streams_of(STEP, rung, "nb_frames") for rung in rungs]
    counts = [int(picture["nb_frames"]) for (picture,) in indexes]
    least, most = plan.frame_count - plan.frames_unsure, plan.frame_count + plan.cadence.rate / 2
    if len(set(counts)) > 1 or not least <= counts[0] <= most:
        raise FrameCountDiffers(
            f"The master should have {plan.frame_count} frames, and {min(counts)} could be encoded. Part of it is"
            " missing or damaged: export it again and upload the whole file."
        )
    return counts[0]


def _sound_packets(workshop: Workshop, sound: Path, plan: Plan) -> int:
    (said,) = workshop.streams_of(STEP, sound, "nb_frames", "duration")
    if abs(Fraction(said["duration"]) - plan.duration_s) > Fraction(1024, SOUND_HZ):
        raise SoundLengthDiffers(
            f"The picture lasts {float(plan.duration_s):.3f} s, and the sound {said['duration']} s."
        )
    return int(said["nb_frames"])
