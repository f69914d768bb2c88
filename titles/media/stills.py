"""The picture at the place that a finding is about, as a small JPEG: one seek into the master for each place."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from titles.media import sandbox
from titles.media.binaries import reads_descriptors
from titles.media.judging import Finding
from titles.media.probing import Probe
from titles.media.sandbox import Limits, TookTooLong, WroteTooMuch
from titles.media.walls import Isolation

HEIGHT_PX = 320
MOST = 12
"""Nobody looks at more, whatever is wrong with a film."""

_SHOW_THE_WHOLE = frozenset({"aspect", "size", "letterbox", "interlaced", "hdr", "rotation", "duplicate"})
_BEFORE_THE_BREAK_MS = 500
_LIMITS = Limits(cpu_s=30, wall_s=120, output_bytes=1024**2, open_files=64)
_FILE = "still.jpg"


def moment_of(finding: Finding, probe: Probe | None) -> int | None:
    """Return where in the film ``finding`` is seen best, in milliseconds; None where there is nothing to be seen."""
    if probe is None or probe.video is None:
        return None
    if finding.rule == "complete" and finding.start_ms is not None:
        return max(0, finding.start_ms - _BEFORE_THE_BREAK_MS)
    if finding.start_ms is not None and finding.end_ms is not None:
        return (finding.start_ms + finding.end_ms) // 2
    return probe.video.duration_ms // 2 if finding.rule in _SHOW_THE_WHOLE else None


def moments_of(probe: Probe, findings: Iterable[Finding]) -> list[int]:
    """Return the moments that ``findings`` want to be seen at, each once, and no more than anybody looks at."""
    moments = (moment_of(finding, probe) for finding in findings)
    return list(dict.fromkeys(moment for moment in moments if moment is not None))[:MOST]


def stills(
    path: Path,
    probe: Probe,
    moments: Iterable[int],
    folder: Path,
    *,
    ffmpeg: Path,
    isolation: Isolation = Isolation.AUTO,
    cancelled: Callable[[], bool] | None = None,
) -> dict[int, Path]:
    """Take the picture at each of ``moments`` from the film at ``path`` and leave it in ``folder``.

    A moment at which nothing can be decoded is missing in the answer. Raises Cancelled, NoWalls and NotInstalled.
    """
    taken = {}
    for moment_ms in moments:
        with path.open("rb") as film, tempfile.TemporaryDirectory(prefix="octavo-still-") as work:
            try:
                sandbox.run(
                    _command(ffmpeg, probe, moment_ms),
                    work_folder=Path(work),
                    limits=_LIMITS,
                    isolation=isolation,
                    stdin=film,
                    cancelled=cancelled,
                )
            except (TookTooLong, WroteTooMuch):
                continue
            if (made := Path(work) / _FILE).exists() and made.stat().st_size:
                taken[moment_ms] = folder / f"{moment_ms}.jpg"
                taken[moment_ms].write_bytes(made.read_bytes())
    return taken


def _command(ffmpeg: Path, probe: Probe, moment_ms: int) -> list[str | Path]:
    """JPEG means BT.601 and all levels; what a player shows with oblong pixels is shown with square ones."""
    index = probe.video.index if probe.video else 0
    look = f"scale=w='trunc(oh*dar/2)*2':h={HEIGHT_PX}:out_color_matrix=bt601:out_range=pc,setsar=1,format=yuvj420p"
    return [
        *(ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-ss", f"{moment_ms / 1000:.3f}"),
        *sandbox.hostile_input(probe.container, by_descriptor=reads_descriptors(ffmpeg)),
        *("-map", f"0:{index}", "-frames:v", "1", "-vf", look, "-c:v", "mjpeg", "-q:v", "5"),
        *("-map_metadata", "-1", "-f", "image2", "-update", "1", _FILE),
    ]
