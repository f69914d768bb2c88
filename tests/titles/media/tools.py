"""The ffmpegs that are supported, as far as they are on this machine: every promise about uploads holds for each."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from titles.media.binaries import locate, reads_descriptors, richer_ffmpeg

_DEBIANS = Path("/usr/bin/ffmpeg")
SUPPORTED = ("bundled", "newer", "debian")
MISSING = {
    "newer": "the newer ffmpeg is not installed (extra `quality`)",
    "debian": "Debian's ffmpeg is not installed (apt-get install ffmpeg)",
}


@dataclass(frozen=True)
class Tools:
    """An ffmpeg, and the ffprobe that stands beside it or in for one."""

    ffmpeg: Path
    ffprobe: Path

    def both(self) -> list[tuple[Path, bool]]:
        """Each program with each way of reading an upload that it has: by descriptor, and by the name of one."""
        programs = dict.fromkeys((self.ffmpeg, self.ffprobe))
        return [(program, way) for program in programs for way in sorted({reads_descriptors(program), False})]


@cache
def found(name: str) -> Tools | None:
    if name == "debian":
        return Tools(_DEBIANS, _DEBIANS.with_name("ffprobe")) if _DEBIANS.exists() else None
    ffmpeg = locate("ffmpeg") if name == "bundled" else richer_ffmpeg()
    return Tools(ffmpeg, locate("ffprobe", preferred=str(ffmpeg))) if ffmpeg else None


def every_one() -> list[Tools]:
    """Those that are here. What is missing is told by the tests that run once for each."""
    return [tools for tools in map(found, SUPPORTED) if tools is not None]
