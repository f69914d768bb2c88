"""What is really in a film: one pass that decodes every frame and sample and measures it on the way.

Nothing is judged here. The figures are kept with the master, so that other limits can be held against them
later without decoding again, and so that the encoder knows how loud the sound is.
"""

import re
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from titles.media import likeness, sandbox
from titles.media.binaries import complain_if_too_old, reads_descriptors
from titles.media.probing import Probe, Video
from titles.media.sandbox import Limits
from titles.media.walls import Isolation

_SHORTEST_BLACK_S = 0.1
_SHORTEST_STILL_S = 0.5
_SHORTEST_SILENCE_S = 0.5
_SILENCE_DB = -50
_LOOKS_PER_S = 8
_HIGHEST_RATE = 120
_KEPT_ERRORS = 5
_PICTURES = "pictures.gray"
_PICTURES_BYTES = 256 * 1024  # half an hour's are 65 kB

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BLACK = re.compile(rf"black_start:{_NUMBER} black_end:{_NUMBER}")
_EDGES = re.compile(rf"(?:(freeze)|(silence))_(start|end): {_NUMBER}")
_CROP = re.compile(r"crop=(-?\d+):(-?\d+):(\d+):(\d+)")
_ERROR = re.compile(r"^(?:\[[^\]]+ @ [^\]]+\] )*\[(?:error|fatal|panic)\] (.*)")
_BROKEN_OFF = ("partial file", "ended prematurely")


@dataclass(frozen=True)
class Span:
    """A stretch of the film; the end is exclusive."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True)
class Area:
    """The part of the picture that is ever anything but black, in pixels of the upright picture."""

    width_px: int
    height_px: int
    left_px: int
    top_px: int


@dataclass(frozen=True)
class Loudness:
    """By EBU R128, over the whole first sound track as it is heard in stereo: surround is mixed down before.

    It is what the encoder wants to know to level the sound with one gain.
    """

    integrated_lufs: float
    threshold_lufs: float
    range_lu: float
    true_peak_db: float | None
    """None when there is not a single sample other than zero."""


@dataclass(frozen=True)
class Measured:
    frames: int
    """How many pictures could be decoded."""
    errors: int
    """How many lines of complaint decoding gave."""
    first_errors: tuple[str, ...]
    broke_off: bool
    """Whether the bytes ended before the film did."""
    exit_code: int
    black: tuple[Span, ...]
    still: tuple[Span, ...]
    """Stretches in which the picture does not change; black ones are among them."""
    silent: tuple[Span, ...]
    area: Area | None
    """None when all is black."""
    loudness: Loudness | None
    """None without sound."""
    marks: tuple[int, ...] = ()
    """What the picture looks like (titles.media.likeness); none in what was measured before there were marks."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Measured":
        spans = {name: tuple(Span(**span) for span in stored[name]) for name in ("black", "still", "silent")}
        return cls(
            **{
                **stored,
                **spans,
                "first_errors": tuple(stored["first_errors"]),
                "marks": tuple(stored.get("marks", ())),
                "area": stored["area"] and Area(**stored["area"]),
                "loudness": stored["loudness"] and Loudness(**stored["loudness"]),
            }
        )


def measure(
    path: Path,
    probe: Probe,
    *,
    ffmpeg: Path,
    isolation: Isolation = Isolation.AUTO,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Measured:
    """Decode the film at ``path`` once and measure its picture and its first sound track.

    ``probe`` must have a picture. ``on_progress`` gets the share that is done, 0 to 1, about twice a second.
    Raises NotInstalled and what sandbox.run raises; a film that cannot be decoded is a measurement, not an error.
    """
    if probe.video is None:
        raise ValueError("a film without a picture cannot be measured")
    heard = _Heard(probe.video, on_progress)
    with path.open("rb") as film, tempfile.TemporaryDirectory(prefix="octavo-check-") as folder:
        ended = sandbox.run(
            [
                *(ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+info"),
                *("-progress", "pipe:1", "-stats_period", "0.5"),
                *sandbox.hostile_input(probe.container, by_descriptor=reads_descriptors(ffmpeg)),
                *_pass(probe.video, [track.index for track in probe.audio]),
            ],
            work_folder=Path(folder),
            limits=_limits(probe),
            isolation=isolation,
            stdin=film,
            on_line=heard.progress,
            on_log_line=heard.log,
            cancelled=cancelled,
        )
        marks = _marks(Path(folder) / _PICTURES)
    if ended.exit_code != 0:
        complain_if_too_old(ffmpeg, ended.stderr_tail)
    return heard.measured(ended.exit_code, marks)


def _pass(video: Video, sounds: Sequence[int]) -> list[str]:
    """Return the filters and outputs of the pass.

    The first output counts frames as they are: none is dropped or doubled. Looking for black and for stills costs
    most, and eight pictures a second show them as well. What is scaled well is scaled down fast before.
    """
    picture = f"0:{video.index}"
    now_and_then = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{likeness.EVERY_S})'"
    small = (
        f"scale={8 * likeness.WIDTH}:{16 * likeness.HEIGHT}:flags=fast_bilinear,"
        f"scale={likeness.WIDTH}:{likeness.HEIGHT}:flags=area,format=gray"
    )
    look = (
        f"framestep={_step(video)}",
        f"blackdetect=d={_SHORTEST_BLACK_S}",
        f"freezedetect=d={_SHORTEST_STILL_S}",
        "cropdetect=round=2:reset=0",
    )
    listen = (
        f"silencedetect=d={_SHORTEST_SILENCE_S}:n={_SILENCE_DB}dB",
        "aformat=channel_layouts=stereo",
        "ebur128=peak=true:framelog=verbose",
    )
    sound = ["-map", f"0:{sounds[0]}", "-af", ",".join(listen)] if sounds else []
    as_they_are = ("-fps_mode", "passthrough", "-f")
    return [
        *("-map", picture, *sound, *as_they_are, "null", "-"),
        *("-map", picture, "-vf", ",".join(look), *as_they_are, "null", "-"),
        *("-map", picture, "-vf", f"{now_and_then},{small}", *as_they_are, "rawvideo", _PICTURES),
    ]


def _step(video: Video) -> int:
    """Of how many frames one is looked at for black and stills."""
    return max(1, int(min(float(video.frame_rate), _HIGHEST_RATE) / _LOOKS_PER_S))


def _marks(pictures: Path) -> tuple[int, ...]:
    return likeness.marks_of(pictures.read_bytes()) if pictures.exists() else ()


def _limits(probe: Probe) -> Limits:
    """Decoding 1080x1920 takes about half a second per second; forty times that is no honest film."""
    seconds = probe.duration_ms // 1000
    return Limits(cpu_s=60 + 20 * seconds, wall_s=120 + 20 * seconds, output_bytes=_PICTURES_BYTES, open_files=64)


class _Heard:
    """What ffmpeg says while it decodes, line by line.

    Lines of several threads may run into each other, so they are searched and never split at places. The film's
    own texts are among them: they may make up a finding, but not hide one, and nothing here stumbles over them.
    """

    def __init__(self, video: Video, on_progress: Callable[[float], None] | None) -> None:
        self._video = video
        self._on_progress = on_progress
        self._frames = 0
        self._errors = 0
        self._first_errors: list[str] = []
        self._broke_off = False
        self._black: list[tuple[float, float]] = []
        self._starts: dict[str, list[float]] = {"freeze": [], "silence": []}
        self._ends: dict[str, list[float]] = {"freeze": [], "silence": []}
        self._crop: tuple[int, ...] | None = None
        self._summary: deque[str] = deque(maxlen=40)

    def progress(self, line: str) -> None:
        name, _, value = line.partition("=")
        if name == "frame":
            self._frames = int(value)
            if self._on_progress is not None:
                self._on_progress(min(1.0, self._frames / max(1, self._video.expected_frames)))

    def log(self, line: str) -> None:
        if crop := _CROP.search(line):
            self._crop = tuple(int(number) for number in crop.groups())
        elif black := _BLACK.search(line):
            self._black.append((float(black[1]), float(black[2])))
        elif edge := _EDGES.search(line):
            edges = self._starts if edge[3] == "start" else self._ends
            edges[edge[1] or edge[2]].append(float(edge[4]))
        elif error := _ERROR.match(line):
            self._complaint(error[1])
        elif not line.startswith("["):
            self._summary.append(line)

    def _complaint(self, text: str) -> None:
        self._errors += 1
        self._broke_off = self._broke_off or any(sign in text for sign in _BROKEN_OFF)
        if len(self._first_errors) < _KEPT_ERRORS:
            self._first_errors.append(text)

    def measured(self, exit_code: int, marks: tuple[int, ...]) -> Measured:
        crop = self._crop if self._crop and min(self._crop[:2]) > 0 else None
        return Measured(
            frames=self._frames,
            errors=self._errors,
            first_errors=tuple(self._first_errors),
            broke_off=self._broke_off,
            exit_code=exit_code,
            black=self._spans(self._black),
            still=self._spans(self._pairs("freeze")),
            silent=self._spans(self._pairs("silence")),
            area=Area(*crop) if crop else None,
            loudness=loudness_in("\n".join(self._summary)),
            marks=marks,
        )

    def _pairs(self, what: str) -> list[tuple[float, float]]:
        """Join starts and ends; what lasts until the film's end may have no end of its own."""
        return list(zip(self._starts[what], [*self._ends[what], self._video.duration_ms / 1000], strict=False))

    def _spans(self, pairs: Sequence[tuple[float, float]]) -> tuple[Span, ...]:
        """Turn seconds into spans; one that ends where the last frame that was looked at starts lasts until the end."""
        film_ends_ms = self._video.duration_ms
        last_frame_ms = film_ends_ms - _step(self._video) * 1000 / (self._video.frame_rate or 1000) - 1
        spans = []
        for start_s, end_s in pairs:
            start_ms, end_ms = max(0, round(start_s * 1000)), round(end_s * 1000)
            span = Span(start_ms, film_ends_ms if end_ms >= last_frame_ms else end_ms)
            if span.length_ms > 0:
                spans.append(span)
        return tuple(spans)


def loudness_in(summary: str) -> Loudness | None:
    """Read the table that ebur128 prints at its end; None when it never got there."""
    whole = re.findall(rf"\bI:\s+{_NUMBER} LUFS\s+Threshold:\s+{_NUMBER} LUFS", summary)
    spread = re.findall(rf"\bLRA:\s+{_NUMBER} LU\b", summary)
    peak = re.findall(rf"\bPeak:\s+(?:{_NUMBER}|-inf) dBFS", summary)
    if not (whole and spread and peak):
        return None
    return Loudness(
        integrated_lufs=float(whole[-1][0]),
        threshold_lufs=float(whole[-1][1]),
        range_lu=float(spread[-1]),
        true_peak_db=float(peak[-1]) if peak[-1] else None,
    )
