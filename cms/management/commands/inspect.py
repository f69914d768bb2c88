"""``manage.py inspect FILE``: what a media file is, and whether it can become an episode. Needs no database.

The exit code is 0 for an accepted file, 1 for a rejected one (or one that could not be looked at) and 2 for one
that needs a waiver.
"""

import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from titles.media.binaries import NotInstalled, locate
from titles.media.checking import Inspection, Verdict, check
from titles.media.limits import SHIPPED, BadLimits, MediaLimits
from titles.media.probing import Probe
from titles.media.walls import Isolation, NoWalls

_EXIT_CODES = {Verdict.ACCEPTED: 0, Verdict.REJECTED: 1, Verdict.NEEDS_WAIVER: 2}


class Command(BaseCommand):
    help = "Probe and check one media file, without a database. Exits 0 (accepted), 1 (rejected) or 2 (needs waiver)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
        parser.add_argument("--limits", type=Path, metavar="FILE", help="limits other than the shipped ones, as JSON")

    def handle(self, *, file: Path, limits: Path | None, **options) -> None:
        try:
            inspection = check(
                file,
                _read_limits(limits) if limits else SHIPPED,
                ffmpeg=locate("ffmpeg", preferred=settings.FFMPEG),
                ffprobe=locate("ffprobe", preferred=settings.FFMPEG),
                isolation=Isolation(settings.SANDBOX),
                on_progress=self._show_progress if self.stderr.isatty() else None,
            )
        except (BadLimits, NotInstalled, NoWalls) as reason:
            raise CommandError(str(reason)) from reason
        except OSError as reason:
            raise CommandError(f"{file} cannot be read: {reason.strerror}.") from reason
        if options["json"]:
            self.stdout.write(json.dumps(inspection.to_json(), indent=2, ensure_ascii=False))
        else:
            self._describe(file, inspection)
        sys.exit(_EXIT_CODES[inspection.verdict])

    def _show_progress(self, share: float) -> None:
        self.stderr.write(f"\r{share:4.0%}", ending="\n" if share == 1 else "")

    def _describe(self, file: Path, inspection: Inspection) -> None:
        self.stdout.write(f"{file.name}: {inspection.verdict}")
        if inspection.probe:
            self.stdout.write(f"  {_in_short(inspection.probe)}")
        for finding in inspection.findings:
            self.stdout.write(f"  {finding.severity}: {finding.sentence}")


def _read_limits(path: Path) -> MediaLimits:
    """Raises BadLimits, and OSError when there is no such file."""
    try:
        stored = json.loads(path.read_bytes())
    except ValueError as reason:
        raise BadLimits(f"{path} is not JSON: {reason}.") from reason
    if not isinstance(stored, dict):
        raise BadLimits(f'{path} has to hold one JSON object, such as {{"shortest_ms": 15000}}.')
    return MediaLimits.from_json(stored)


def _in_short(probe: Probe) -> str:
    parts = [f"{probe.duration_ms / 1000:.1f} s"]
    if video := probe.video:
        parts.append(f"{video.codec} {video.width_px}x{video.height_px} at {float(video.frame_rate):.5g} per second")
    parts += [f"{track.codec} {track.channels} channels at {track.rate_hz} Hz" for track in probe.audio]
    return ", ".join(parts)
