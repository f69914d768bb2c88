"""Whether a film can become an episode: sniffed, probed, decoded once, and judged by a studio's limits."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titles.media.judging import WITHOUT_PICTURE, Finding, Severity, judge, rejected
from titles.media.limits import SHIPPED, MediaLimits
from titles.media.measuring import Measured, measure
from titles.media.probing import MOST_BYTES, Probe, Unreadable, probe
from titles.media.sandbox import TookTooLong, WroteTooMuch
from titles.media.sniffing import NotFilm
from titles.media.walls import Isolation


class Verdict(enum.StrEnum):
    ACCEPTED = "accepted"
    NEEDS_WAIVER = "needs waiver"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Inspection:
    """All that is known about a film, and what it amounts to."""

    probe: Probe | None
    """None when the headers could not be read."""
    measured: Measured | None
    """None when there was nothing to decode."""
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        severities = {finding.severity for finding in self.findings}
        if Severity.REJECT in severities:
            return Verdict.REJECTED
        return Verdict.NEEDS_WAIVER if Severity.WAIVER in severities else Verdict.ACCEPTED

    @property
    def marks(self) -> tuple[int, ...]:
        """What the picture looks like; none where nothing was decoded."""
        return self.measured.marks if self.measured else ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; what is None is written as an empty object."""
        return {
            "verdict": str(self.verdict),
            "probe": self.probe.to_json() if self.probe else {},
            "measured": self.measured.to_json() if self.measured else {},
            "findings": [finding.to_json() for finding in self.findings],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Inspection":
        return cls(
            probe=Probe.from_json(stored["probe"]) if stored["probe"] else None,
            measured=Measured.from_json(stored["measured"]) if stored["measured"] else None,
            findings=tuple(Finding.from_json(found) for found in stored["findings"]),
        )


def check(
    path: Path,
    limits: MediaLimits = SHIPPED,
    *,
    ffmpeg: Path,
    ffprobe: Path,
    most_bytes: int = MOST_BYTES,
    isolation: Isolation = Isolation.AUTO,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Inspection:
    """Look at the film at ``path``, with one decode, or none when its headers say enough.

    ``on_progress`` gets the share that is done, 0 to 1. Whatever is wrong with the film is a finding; raises
    OSError when the file cannot be opened, NotInstalled, Cancelled and NoWalls.
    """
    probed = None
    try:
        probed = probe(path, ffprobe=ffprobe, most_bytes=most_bytes, isolation=isolation, cancelled=cancelled)
        if probed.video is None:
            return Inspection(probed, None, (WITHOUT_PICTURE,))
        measured = measure(
            path, probed, ffmpeg=ffmpeg, isolation=isolation, on_progress=on_progress, cancelled=cancelled
        )
    except (NotFilm, Unreadable) as reason:
        return Inspection(None, None, (rejected("readable", reason.code, reason.values),))
    except (TookTooLong, WroteTooMuch):
        return Inspection(probed, None, (rejected("effort", "effort"),))
    return Inspection(probed, measured, judge(probed, measured, limits))
