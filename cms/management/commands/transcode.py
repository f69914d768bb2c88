"""``manage.py transcode FILE FOLDER``: the worker's pipeline on one file. Needs no database.

FOLDER gets the streams, the poster and the mezzanine, and an edition without subtitles, so that it plays.
"""

import json
import resource
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from titles.media.checking import Inspection, Verdict, check
from titles.media.encoding import STEP as ENCODE
from titles.media.ladder import Quality
from titles.media.manifests import MASTER, EditionFiles, edition_files
from titles.media.parts import Sound, SoundRole
from titles.media.producing import HOPELESS, AlreadyThere, Production, produce, refuse_taken
from titles.media.walls import Isolation
from titles.media.workshop import Effort, Programs

_CHECK = "check"


class Rejected(Exception):
    """The file can never become an episode; the text says why."""


_ANTICIPATED: tuple[type[Exception], ...] = (*HOPELESS, AlreadyThere, Rejected)


class Command(BaseCommand):
    help = "Check and transcode one media file into a folder that plays, without a database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet, or is empty")
        parser.add_argument(
            "--quality", choices=[quality.value for quality in Quality], default=settings.TRANSCODE_QUALITY
        )
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, *, file: Path, folder: Path, quality: str, **options: Any) -> None:
        try:
            refuse_taken(folder)
            programs = Programs.found(settings.FFMPEG)
            inspection, checking = self._check(file, programs)
            production = self._produce(file, folder, quality, programs, inspection)
            entrance = _kept(_edition(production), folder)
        except _ANTICIPATED as reason:
            raise CommandError(str(reason)) from reason
        except OSError as reason:
            raise CommandError(f"{reason.filename}: {reason.strerror}.") from reason
        except KeyboardInterrupt as reason:
            raise CommandError("Stopped. Nothing was kept.") from reason
        efforts = [checking, *production.efforts]
        if options["json"]:
            made = {**production.to_json(), "efforts": [asdict(effort) for effort in efforts], "master": str(entrance)}
            self.stdout.write(json.dumps(made, indent=2))
        else:
            self._describe(production, efforts, entrance)

    def _check(self, file: Path, programs: Programs) -> tuple[Inspection, Effort]:
        """Look at the file as an upload is looked at. Raises Rejected; what needs a waiver is only told."""
        began_s, used_s = time.monotonic(), _children_cpu_s()
        inspection = check(
            file,
            ffmpeg=programs.ffmpeg,
            ffprobe=programs.ffprobe,
            isolation=Isolation(settings.SANDBOX),
            on_progress=lambda share: self._show(_CHECK, share),
        )
        if inspection.verdict == Verdict.REJECTED:
            raise Rejected(" ".join(finding.sentence for finding in inspection.findings))
        for finding in inspection.findings:
            self.stderr.write(f"{finding.severity}: {finding.sentence}")
        return inspection, Effort(_CHECK, _children_cpu_s() - used_s, time.monotonic() - began_s)

    def _produce(
        self, file: Path, folder: Path, quality: str, programs: Programs, inspection: Inspection
    ) -> Production:
        return produce(
            file,
            folder,
            quality=quality,
            loudness=inspection.measured.loudness if inspection.measured else None,
            programs=programs,
            isolation=Isolation(settings.SANDBOX),
            on_progress=self._show,
        )

    def _show(self, step: str, share: float) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{step:9} {share:4.0%}", ending="\n" if share == 1 else "")

    def _describe(self, production: Production, efforts: list[Effort], entrance: Path) -> None:
        sizes = ", ".join(f"{facts.width_px}x{facts.height_px}" for facts in production.pictures)
        self.stdout.write(f"{production.duration_ms / 1000:.3f} s, {production.frame_count} frames, as {sizes}")
        for effort in [*efforts, _total(efforts)]:
            self.stdout.write(f"  {effort.step:9} {effort.cpu_s:8.2f} s CPU {effort.wall_s:8.2f} s wall")
        encode = next(effort for effort in efforts if effort.step == ENCODE)
        share = encode.wall_s * 1000 / production.duration_ms
        self.stdout.write(f"Encoding took {share:.2f} times as long as the film lasts. Play {entrance}")


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _total(efforts: list[Effort]) -> Effort:
    return Effort("total", sum(effort.cpu_s for effort in efforts), sum(effort.wall_s for effort in efforts))


def _edition(production: Production) -> EditionFiles:
    """Nobody has said which language is spoken: "und"."""
    return edition_files(production.pictures, [Sound(production.sound, "und", SoundRole.ORIGINAL, "Original")])


def _kept(edition: EditionFiles, folder: Path) -> Path:
    """Write the edition beside the packages; return the playlist to play."""
    place = folder / "editions" / edition.digest
    place.mkdir(parents=True)
    for name, content in edition.files.items():
        (place / name).write_bytes(content)
    return place / MASTER
