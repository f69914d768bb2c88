"""What is really in a sound file: one pass that decodes all of it, measures it, and leaves samples that are safe.

The samples are raw, 48,000 Hz, two channels, floating point. Whatever works on a sound afterwards reads those and
never the file that somebody sent.
"""

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from titles.media.binaries import reads_descriptors
from titles.media.leveling import SOUND_HZ
from titles.media.measuring import Loudness, Span, loudness_in
from titles.media.probing import LONGEST_MS
from titles.media.sandbox import Limits, hostile_input
from titles.media.sentences import Told
from titles.media.sniffing import HEAD_BYTES, NotFilm, sniff
from titles.media.workshop import GaveUp, Workshop

STEP = "check"
SAMPLES = ("-f", "f32le", "-ar", f"{SOUND_HZ}", "-ac", "2")
"""How ffmpeg reads and writes the samples."""
SAMPLE_BYTES = 2 * 4

_SHORTEST_SILENCE_S = 0.5
_SILENCE_DB = -50
_ASKED = "format=duration:stream=codec_type,codec_name,channels,sample_rate,duration"
_EDGE = re.compile(r"silence_(start|end): (-?\d+(?:\.\d+)?)")
_ERROR = re.compile(r"^(?:\[[^\]]+ @ [^\]]+\] )*\[(?:error|fatal|panic)\] ")
_LIMITS = Limits(cpu_s=300, wall_s=600, output_bytes=SAMPLE_BYTES * SOUND_HZ * (LONGEST_MS // 1000 + 10))


class NotSound(Told):
    """The file is no sound that we accept; the text says what to upload instead."""


@dataclass(frozen=True)
class Heard:
    """What one sound file turned out to be."""

    codec: str
    channels: int
    rate_hz: int
    duration_ms: int
    """As decoded."""
    errors: int
    """How many lines of complaint decoding gave."""
    silent: tuple[Span, ...]
    loudness: Loudness | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Heard":
        silent = tuple(Span(**span) for span in stored["silent"])
        return cls(**{**stored, "silent": silent, "loudness": stored["loudness"] and Loudness(**stored["loudness"])})


def sniff_sound(head: bytes) -> str:
    """Return the container that starts with ``head``: "wav", "flac", or one that films come in. Raises NotSound.

    >>> sniff_sound(b"RIFF\\x00\\x00\\x00\\x00WAVEfmt ")
    'wav'
    """
    if head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    try:
        return sniff(head)
    except NotFilm as reason:
        raise NotSound("not_sound") from reason


def hear(workshop: Workshop, source: Path, samples: Path) -> Heard:
    """Decode the sound file at ``source`` once into ``samples``, a file of the workshop, and measure it.

    Raises NotSound, and what Workshop.run raises except GaveUp.
    """
    with source.open("rb") as file:
        container = sniff_sound(file.read(HEAD_BYTES))
    stream = _probed(workshop, source, container)
    listener = _Listener()
    try:
        with source.open("rb") as file:
            workshop.run(
                STEP,
                workshop.programs.ffmpeg,
                *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+info"),
                *_hostile(workshop.programs.ffmpeg, container),
                *("-map", "0:a:0", "-af", _filters(), "-c:a", "pcm_f32le", *SAMPLES, samples.name),
                limits=_LIMITS,
                stdin=file,
                on_log_line=listener.hear,
            )
    except GaveUp as reason:
        raise NotSound("sound_damaged") from reason
    duration_ms = round(1000 * samples.stat().st_size / SAMPLE_BYTES / SOUND_HZ)
    return Heard(
        codec=stream.get("codec_name", ""),
        channels=stream.get("channels", 0),
        rate_hz=int(stream.get("sample_rate", 0)),
        duration_ms=duration_ms,
        errors=listener.errors,
        silent=listener.silent(duration_ms),
        loudness=loudness_in("\n".join(listener.summary)),
    )


def _probed(workshop: Workshop, source: Path, container: str) -> Mapping[str, Any]:
    """Return what the headers say of the first sound in the file. Raises NotSound."""
    ffprobe = workshop.programs.ffprobe
    try:
        with source.open("rb") as file:
            said = workshop.run(
                STEP,
                ffprobe,
                *("-v", "error", "-of", "json", "-show_entries", _ASKED),
                *_hostile(ffprobe, container),
                limits=Limits(cpu_s=20, wall_s=120, output_bytes=0),
                stdin=file,
            )
        found = json.loads(said)
    except (GaveUp, ValueError) as reason:
        raise NotSound("sound_damaged") from reason
    sounds = [stream for stream in found.get("streams", []) if stream.get("codec_type") == "audio"]
    if not sounds:
        raise NotSound("sound_missing")
    length_ms = round(1000 * float(found.get("format", {}).get("duration", 0)))
    if length_ms > LONGEST_MS:
        raise NotSound("too_long", length_min=length_ms // 60_000, most_min=LONGEST_MS // 60_000)
    return sounds[0]


def _hostile(program: Path, container: str) -> list[str]:
    return hostile_input(container, by_descriptor=reads_descriptors(program))


def _filters() -> str:
    """Measure the silence as it was recorded, and the loudness as it is heard in stereo."""
    steps = (
        f"silencedetect=d={_SHORTEST_SILENCE_S}:n={_SILENCE_DB}dB",
        f"aresample={SOUND_HZ}:async=1:first_pts=0",
        "aformat=sample_fmts=flt:channel_layouts=stereo",
        "ebur128=peak=true:framelog=verbose",
    )
    return ",".join(steps)


class _Listener:
    """What ffmpeg says while it decodes, line by line; texts of the file are among it, and do no harm."""

    def __init__(self) -> None:
        self.errors = 0
        self.summary: deque[str] = deque(maxlen=40)
        self._edges_s: dict[str, list[float]] = {"start": [], "end": []}

    def hear(self, line: str) -> None:
        if edge := _EDGE.search(line):
            self._edges_s[edge[1]].append(float(edge[2]))
        elif _ERROR.match(line):
            self.errors += 1
        elif not line.startswith("["):
            self.summary.append(line)

    def silent(self, duration_ms: int) -> tuple[Span, ...]:
        """Join starts and ends; silence until the end may have no end of its own."""
        ends_s = [*self._edges_s["end"], duration_ms / 1000]
        edges = zip(self._edges_s["start"], ends_s, strict=False)
        spans = (Span(max(0, round(1000 * start_s)), round(1000 * end_s)) for start_s, end_s in edges)
        return tuple(span for span in spans if span.length_ms > 0)


def measure_samples(workshop: Workshop, step: str, inputs: list[str], graph: str) -> Loudness | None:
    """Return how loud the sound is that ``graph`` makes as [sound] of ``inputs``, which we have made ourselves."""
    listener = _Listener()
    workshop.run(
        step,
        workshop.programs.ffmpeg,
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+info", *inputs),
        *("-filter_complex", f"{graph};[sound]ebur128=peak=true:framelog=verbose[heard]"),
        *("-map", "[heard]", "-f", "null", "-"),
        on_log_line=listener.hear,
    )
    return loudness_in("\n".join(listener.summary))
