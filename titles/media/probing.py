"""What is in a film, as its headers tell: streams, sizes, rates and lengths. Nothing here is believed yet."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from titles.media import sandbox
from titles.media.binaries import complain_if_too_old, reads_descriptors
from titles.media.sandbox import MAX_PIXELS, MAX_STREAMS, Limits
from titles.media.sentences import Told
from titles.media.sniffing import HEAD_BYTES, sniff
from titles.media.walls import Isolation

MOST_BYTES = 4 * 1024**3  # two minutes of 1080x1920 in a studio's own codec are about 3 GB
LONGEST_MS = 30 * 60_000  # nothing here is half an hour long; a header that says more wants our processors

_LIMITS = Limits(cpu_s=20, wall_s=120, memory_bytes=2 * 1024**3, output_bytes=0, open_files=64)
_ASKED = (
    "format=start_time,duration:stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,r_frame_rate"
    ",avg_frame_rate,start_time,duration,nb_frames,pix_fmt,color_transfer,color_primaries,color_space,field_order"
    ",channels,sample_rate:stream_tags=language,DURATION:stream_disposition=attached_pic"
    ":stream_side_data=rotation"
)
_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_DEEP = re.compile(r"p0?(9|10|12|14|16)(?:le|be)$")
_FIELD_ORDERS = {"tt", "bb", "tb", "bt"}


class Unreadable(Told):
    """No film could be found in the file; the text says why and what to do."""


@dataclass(frozen=True)
class Video:
    """The picture, upright: what a note about rotation turns is already turned here."""

    index: int
    codec: str
    width_px: int
    height_px: int
    rotation_degrees: int
    """How far players have to turn the stored picture: 0, 90, 180 or 270."""
    sample_aspect: Fraction
    frame_rate: Fraction
    """On average: frames by duration. 0 when unknown."""
    nominal_frame_rate: Fraction
    """The rate at which all frames can be timed; above the average when frames are missing or uneven."""
    start_ms: int
    """How long after the film's start the first frame comes; sound may come first."""
    duration_ms: int
    frames: int | None
    """As the index says; Matroska has none."""
    pixel_format: str
    color_transfer: str
    color_primaries: str
    color_space: str
    field_order: str

    @property
    def display_aspect(self) -> Fraction:
        return self.width_px * self.sample_aspect / self.height_px

    @property
    def is_hdr(self) -> bool:
        return self.color_transfer in _HDR_TRANSFERS

    @property
    def is_interlaced(self) -> bool:
        return self.field_order in _FIELD_ORDERS

    @property
    def bits_per_color(self) -> int:
        """As the name of the pixel format says: "yuv420p10le" has ten, and what says nothing has eight."""
        deep = _DEEP.search(self.pixel_format)
        return int(deep[1]) if deep else 8

    @property
    def has_constant_frame_rate(self) -> bool:
        """Whether average and nominal rate are less than one frame apart over the whole length."""
        difference = abs(self.nominal_frame_rate - self.frame_rate)
        return difference * self.duration_ms < 1000

    @property
    def expected_frames(self) -> int:
        return round(self.frame_rate * self.duration_ms / 1000)


@dataclass(frozen=True)
class Audio:
    index: int
    codec: str
    channels: int
    rate_hz: int
    language: str
    """As the file says, in its own code; empty when it does not say."""
    duration_ms: int


@dataclass(frozen=True)
class Probe:
    container: str
    """ "mov" or "matroska"."""
    duration_ms: int
    size_bytes: int
    stream_count: int
    video: Video | None
    audio: tuple[Audio, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; a fraction is written "30000/1001"."""
        return _plain(asdict(self))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Probe":
        video = stored["video"]
        rates = ("sample_aspect", "frame_rate", "nominal_frame_rate")
        return cls(
            **{
                **stored,
                "video": video and Video(**{**video, **{name: Fraction(video[name]) for name in rates}}),
                "audio": tuple(Audio(**track) for track in stored["audio"]),
            }
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def probe(
    path: Path,
    *,
    ffprobe: Path,
    most_bytes: int = MOST_BYTES,
    isolation: Isolation = Isolation.AUTO,
    cancelled: Callable[[], bool] | None = None,
) -> Probe:
    """Read the headers of the film at ``path``.

    Raises NotFilm (by the first bytes), Unreadable, NotInstalled, and what sandbox.run raises.
    """
    with path.open("rb") as film, tempfile.TemporaryDirectory(prefix="octavo-probe-") as folder:
        container = sniff(film.read(HEAD_BYTES))
        size_bytes = os.fstat(film.fileno()).st_size
        if size_bytes > most_bytes:
            raise Unreadable("too_many_bytes", most_mb=f"{most_bytes / 1_000_000:.0f}")
        film.seek(0)
        ended = sandbox.run(
            [
                *(ffprobe, "-v", "error", "-of", "json", "-show_entries", _ASKED),
                *sandbox.hostile_input(container, by_descriptor=reads_descriptors(ffprobe)),
            ],
            work_folder=Path(folder),
            limits=_LIMITS,
            isolation=isolation,
            stdin=film,
            cancelled=cancelled,
        )
    if ended.exit_code != 0:
        complain_if_too_old(ffprobe, ended.stderr_tail)
        raise _why(ended.stderr_tail)
    try:
        said = json.loads(ended.stdout)
    except ValueError as reason:
        raise Unreadable("damaged_headers") from reason
    return _understood(said, container=container, size_bytes=size_bytes)


def _why(complaint: str) -> Unreadable:
    """Say in plain words why ffprobe gave up."""
    if "moov atom not found" in complaint:
        return Unreadable("no_index")
    if size := re.search(r"Picture size (\d+x\d+) exceeds", complaint):
        return _too_large(size[1])
    if "max_streams" in complaint:
        return _too_many_tracks()
    return Unreadable("damaged_headers")


def _too_large(size: str) -> Unreadable:
    return Unreadable("too_many_pixels", size=size, most=f"{MAX_PIXELS:,}")


def _too_many_tracks() -> Unreadable:
    return Unreadable("too_many_tracks", most=MAX_STREAMS)


def _understood(said: Mapping[str, Any], *, container: str, size_bytes: int) -> Probe:
    streams = said.get("streams", [])
    if len(streams) > MAX_STREAMS:
        raise _too_many_tracks()
    film = said.get("format", {})
    start_ms, whole_ms = _ms(film.get("start_time")), _ms(film.get("duration"))
    if not 0 < whole_ms <= LONGEST_MS:
        raise _unlikely_length(whole_ms)
    pictures = [stream for stream in streams if _is_moving(stream)]
    return Probe(
        container=container,
        duration_ms=whole_ms,
        size_bytes=size_bytes,
        stream_count=len(streams),
        video=_video(pictures[0], start_ms, whole_ms) if pictures else None,
        audio=tuple(_audio(stream, whole_ms) for stream in streams if stream.get("codec_type") == "audio"),
    )


def _unlikely_length(duration_ms: int) -> Unreadable:
    if duration_ms <= 0:
        return Unreadable("no_length")
    return Unreadable("too_long", length_min=round(duration_ms / 60_000), most_min=LONGEST_MS // 60_000)


def _is_moving(stream: Mapping[str, Any]) -> bool:
    """Whether it is a picture that moves: cover art is a video stream too."""
    return stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")


def _video(stream: Mapping[str, Any], film_start_ms: int, whole_ms: int) -> Video:
    rotation = _rotation_degrees(stream)
    stored = stream.get("width", 0), stream.get("height", 0)
    aspect = _fraction(stream.get("sample_aspect_ratio"), unknown=Fraction(1))
    lies = rotation in (90, 270)
    width_px, height_px = reversed(stored) if lies else stored
    if not 0 < width_px * height_px <= MAX_PIXELS:
        raise _too_large(f"{width_px}x{height_px}") if width_px * height_px else Unreadable("damaged_headers")
    return Video(
        index=stream["index"],
        codec=stream.get("codec_name", ""),
        width_px=width_px,
        height_px=height_px,
        rotation_degrees=rotation,
        sample_aspect=1 / aspect if lies else aspect,
        frame_rate=_fraction(stream.get("avg_frame_rate")),
        nominal_frame_rate=_fraction(stream.get("r_frame_rate")),
        start_ms=max(0, _ms(stream.get("start_time")) - film_start_ms),
        duration_ms=_duration_ms(stream, whole_ms),
        frames=int(stream["nb_frames"]) if "nb_frames" in stream else None,
        pixel_format=stream.get("pix_fmt", ""),
        color_transfer=stream.get("color_transfer", ""),
        color_primaries=stream.get("color_primaries", ""),
        color_space=stream.get("color_space", ""),
        field_order=stream.get("field_order", ""),
    )


def _audio(stream: Mapping[str, Any], whole_ms: int) -> Audio:
    return Audio(
        index=stream["index"],
        codec=stream.get("codec_name", ""),
        channels=stream.get("channels", 0),
        rate_hz=int(stream.get("sample_rate", 0)),
        language=stream.get("tags", {}).get("language", "").removeprefix("und"),
        duration_ms=_duration_ms(stream, whole_ms),
    )


def _rotation_degrees(stream: Mapping[str, Any]) -> int:
    """Return the nearest quarter turn."""
    notes = [note["rotation"] for note in stream.get("side_data_list", []) if "rotation" in note]
    return round(notes[0] / 90) * 90 % 360 if notes else 0


def _duration_ms(stream: Mapping[str, Any], whole_ms: int) -> int:
    """Return how long one stream lasts; Matroska has a tag for it, which counts from the film's start."""
    if "duration" in stream:
        return _ms(stream["duration"])
    tag = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", stream.get("tags", {}).get("DURATION", ""))
    if tag is None:
        return whole_ms
    end_ms = (int(tag[1]) * 60 + int(tag[2])) * 60_000 + _ms(tag[3])
    return end_ms - _ms(stream.get("start_time"))


def _ms(seconds: str | None) -> int:
    return round(float(seconds) * 1000) if seconds else 0


def _fraction(written: str | None, *, unknown: Fraction = Fraction(0)) -> Fraction:
    """Read "30000/1001" or "1:1"; "0/0", "0:1" and nothing are unknown."""
    above, _, below = (written or "0/0").replace(":", "/").partition("/")
    return Fraction(int(above), int(below)) if int(above) and int(below or 0) else unknown
