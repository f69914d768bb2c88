"""Turns an encoded rung or sound into a stream: one fragmented MP4, its playlists and its facts.

Shaka Packager does it, one stream at a time. Its exit code proves nothing (a truncated file ends with 0), so
that packets and segments are counted afterwards. The same input gives the same bytes, and the stream is
addressed by their digest.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import file_digest
from math import ceil
from pathlib import Path
from typing import Any

from titles.media.ladder import Cadence
from titles.media.streams import (
    FACTS,
    IFRAMES,
    PLAYLIST,
    STREAM,
    ByteRange,
    PictureFacts,
    Segment,
    SoundFacts,
    StreamFacts,
    average_bps,
    peak_bps,
)
from titles.media.workshop import Workshop

STEP = "package"
SHELF = "packages"
"""The folder of the workshop in which finished streams lie, each in one named after its digest."""

_AAC_FRAME = 1_024
_MASTER = "master.m3u8"

_PIECE = re.compile(r"^#EXTINF:(\d+\.?\d*),.*\n#EXT-X-BYTERANGE:(\d+)(?:@(\d+))?$", re.MULTILINE)
_INIT = re.compile(r'^#EXT-X-MAP:URI="[^"]*",BYTERANGE="(\d+)@0"$', re.MULTILINE)
_TARGET = re.compile(r"^#EXT-X-TARGETDURATION:(\d+)$", re.MULTILINE)
_CODEC = re.compile(r'^#EXT-X-STREAM-INF:.*\bCODECS="([^",]+)"', re.MULTILINE)


class FramesLost(Exception):
    """The packaged stream does not hold as many packets as were put in."""


class SegmentsUneven(Exception):
    """The stream is not cut where all rungs must be cut, so that players could not switch."""


def package_picture(workshop: Workshop, encoded: Path, *, cadence: Cadence, frame_count: int) -> PictureFacts:
    """Package a rung, an MP4 in the workshop's folder. Raises FramesLost, SegmentsUneven and GaveUp."""
    folder, codec = _fragmented(workshop, encoded, "video", cadence)
    streamed = _Playlist.read(folder / PLAYLIST)
    iframes = _Playlist.read(folder / IFRAMES)
    contents = _contents(workshop, folder / STREAM, expected_packets=frame_count)
    _refuse_uneven(streamed.segments, cadence.segment_s, slack_ms=1)
    facts = PictureFacts(
        **_common(folder, codec, streamed),
        duration_ms=round(1000 * frame_count / cadence.rate),
        width_px=contents["width"],
        height_px=contents["height"],
        frame_rate=cadence.rate,
        frame_count=frame_count,
        iframe_peak_bps=iframes.peak_bps,
        iframe_average_bps=iframes.average_bps,
    )
    _shelve(workshop, folder, facts)
    return facts


def package_sound(
    workshop: Workshop, encoded: Path, *, cadence: Cadence, packet_count: int, is_silent: bool = False
) -> SoundFacts:
    """Package an audio track, an MP4 in the workshop's folder; it is cut as near to the picture as AAC allows.

    Raises FramesLost, SegmentsUneven and GaveUp.
    """
    folder, codec = _fragmented(workshop, encoded, "audio", cadence)
    streamed = _Playlist.read(folder / PLAYLIST)
    contents = _contents(workshop, folder / STREAM, expected_packets=packet_count)
    rate_hz = int(contents["sample_rate"])
    _refuse_uneven(streamed.segments, cadence.segment_s, slack_ms=ceil(1000 * _AAC_FRAME / rate_hz))
    facts = SoundFacts(
        **_common(folder, codec, streamed),
        duration_ms=sum(segment.duration_ms for segment in streamed.segments),
        sample_rate_hz=rate_hz,
        channels=contents["channels"],
        is_silent=is_silent,
    )
    _shelve(workshop, folder, facts)
    return facts


def _fragmented(workshop: Workshop, encoded: Path, selector: str, cadence: Cadence) -> tuple[Path, str]:
    """Run the packager; return the folder with its files, and the codec that it found.

    A plain ``output`` selects the on-demand profile; without a master playlist no media playlist is written.
    The fake clock keeps the time of day out of the bytes; the small cache saves 30 MB for each open file.
    """
    name = f"packaging-{encoded.stem}"
    folder = workshop.folder / name
    folder.mkdir()
    wanted = {
        "in": encoded.relative_to(workshop.folder).as_posix(),
        "stream": selector,
        "output": f"{name}/{STREAM}",
        "playlist_name": PLAYLIST,
        **({"iframe_playlist_name": IFRAMES} if selector == "video" else {}),
    }
    workshop.run(
        STEP,
        workshop.programs.packager,
        ",".join(f"{key}={value}" for key, value in wanted.items()),
        *("--segment_duration", _seconds(cadence.segment_s)),
        *("--fragment_duration", _seconds(cadence.gop_s)),
        *("--hls_master_playlist_output", f"{name}/{_MASTER}"),
        *("--temp_dir", name),
        *("--io_cache_size", "1048576"),
        "--per_playlist_target_duration",
        "--use_fake_clock_for_muxer",
        "--quiet",
    )
    master = folder / _MASTER
    codec = _only(_CODEC, master.read_text())
    master.unlink()
    return folder, codec


def _seconds(lasting: Fraction) -> str:
    return f"{float(lasting):.6f}"


def _contents(workshop: Workshop, stream: Path, *, expected_packets: int) -> dict[str, Any]:
    """Return what ffprobe says of the stream, once its packets have been counted. Raises FramesLost."""
    (contents,) = workshop.streams_of(
        STEP, stream, "nb_read_packets", "width", "height", "sample_rate", "channels", counting=True
    )
    packets = int(contents["nb_read_packets"])
    if packets != expected_packets:
        raise FramesLost(f"The packaged stream has {packets} packets, and {expected_packets} were put in.")
    return contents


def _refuse_uneven(segments: Sequence[Segment], segment_s: Fraction, *, slack_ms: int) -> None:
    """All segments but the last are equally long, and the last is no longer. Raises SegmentsUneven."""
    wanted_ms = 1000 * segment_s
    *full, last = segments
    odd = [segment.duration_ms for segment in full if abs(segment.duration_ms - wanted_ms) > slack_ms]
    if odd or last.duration_ms > wanted_ms + slack_ms:
        found_ms = odd[0] if odd else last.duration_ms
        raise SegmentsUneven(f"A segment lasts {found_ms} ms instead of {round(wanted_ms)} ms.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _common(folder: Path, codec: str, streamed: "_Playlist") -> dict[str, Any]:
    """Return the facts that pictures and sounds share."""
    return {
        "digest": _digest(folder / STREAM),
        "size_bytes": (folder / STREAM).stat().st_size,
        "codec": codec,
        "segment_count": len(streamed.segments),
        "init_range": streamed.init_range,
        "index_range": streamed.index_range,
        "peak_bps": streamed.peak_bps,
        "average_bps": streamed.average_bps,
    }


def _shelve(workshop: Workshop, folder: Path, facts: StreamFacts) -> None:
    """Put the facts beside the stream, and the folder under the stream's digest."""
    (folder / FACTS).write_text(json.dumps(facts.to_json(), indent=1, sort_keys=True) + "\n")
    shelf = workshop.folder / SHELF / facts.digest
    shelf.parent.mkdir(exist_ok=True)
    folder.rename(shelf)


@dataclass(frozen=True)
class _Playlist:
    """What a media playlist of the packager tells about the file that it cuts up."""

    segments: list[Segment]
    init_range: ByteRange
    index_range: ByteRange
    """Between the initialization and the first segment; there is nothing else there but the index."""
    target_ms: int

    @classmethod
    def read(cls, path: Path) -> "_Playlist":
        text = path.read_text()
        pieces = _PIECE.findall(text)
        init_bytes = int(_only(_INIT, text))
        return cls(
            segments=[Segment(round(1000 * Fraction(lasting)), int(size)) for lasting, size, _ in pieces],
            init_range=ByteRange(0, init_bytes - 1),
            index_range=ByteRange(init_bytes, int(pieces[0][2]) - 1),
            target_ms=1000 * int(_only(_TARGET, text)),
        )

    @property
    def peak_bps(self) -> int:
        return peak_bps(self.segments, target_ms=self.target_ms)

    @property
    def average_bps(self) -> int:
        return average_bps(self.segments)


def _only(pattern: re.Pattern[str], text: str) -> str:
    """Return the group of the only match; the packager's text is not what we know otherwise."""
    (found,) = pattern.findall(text)
    return found
