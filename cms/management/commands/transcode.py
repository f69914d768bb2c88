"""``manage.py transcode FILE FOLDER``: the worker's pipeline on one file. Needs no database.

FOLDER gets the streams, posters, the storyboard and mezzanines, and an edition that plays, with the subtitles and dubs
that were given: ``--language zh-Hans --subtitles es=EP01.es.srt --subtitles es:sdh=EP01.cc.vtt --dub en=EP01.en.wav``.
"""

import json
import resource
import shutil
import tempfile
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from localization import formats
from titles.catalog.languages import language_name
from titles.media.checking import Inspection, Verdict, check
from titles.media.encoding import STEP as ENCODE
from titles.media.fitting import fit
from titles.media.hearing import NotSound, hear
from titles.media.ladder import Quality
from titles.media.manifests import MASTER, EditionFiles, edition_files
from titles.media.mixing import LengthDiffers
from titles.media.parts import NameTaken, Sound, SoundRole, SubtitleFile, SubtitleKind, UnfitName, UnfitSubtitles
from titles.media.producing import HOPELESS, AlreadyThere, Production, produce, refuse_taken
from titles.media.streams import STREAM
from titles.media.walls import Isolation
from titles.media.workshop import Effort, Programs, Workshop, summed

_CHECK = "check"


class Rejected(Exception):
    """The file can never become an episode; the text says why."""


_ANTICIPATED: tuple[type[Exception], ...] = (
    *(*HOPELESS, AlreadyThere, Rejected),
    *(NotSound, LengthDiffers, formats.Unreadable, UnfitName, UnfitSubtitles, NameTaken),
)
_KIND_NAMES = {SubtitleKind.SDH: " [CC]", SubtitleKind.FORCED: " (forced)", SubtitleKind.DUB: " (dub)"}


class Command(BaseCommand):
    help = "Check and transcode one media file into a folder that plays, without a database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet, or is empty")
        parser.add_argument(
            "--quality", choices=[quality.value for quality in Quality], default=settings.TRANSCODE_QUALITY
        )
        parser.add_argument("--language", default="und", metavar="TAG", help="which is spoken in FILE")
        parser.add_argument(
            "--subtitles",
            action="append",
            default=[],
            type=_named_file,
            metavar="TAG[:KIND]=FILE",
            help="a subtitle file for the edition; KIND is full, sdh, forced or dub",
        )
        parser.add_argument(
            "--dub",
            action="append",
            default=[],
            type=_named_file,
            metavar="TAG=FILE",
            help="a dub for the edition",
        )
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, *, file: Path, folder: Path, quality: str, **options: Any) -> None:
        try:
            refuse_taken(folder)
            programs = Programs.found(settings.FFMPEG)
            inspection, checking = self._check(file, programs)
            production = self._produce(file, folder, quality, programs, inspection)
            spent: list[Effort] = []
            dubs = self._dubs(production, options["dub"], programs, spent)
            sounds = [_original(production, options["language"]), *dubs]
            subtitles = [_subtitle_file(wish) for wish in options["subtitles"]]
            entrance = _kept(edition_files(production.pictures, sounds, subtitles), folder)
        except _ANTICIPATED as reason:
            raise CommandError(str(reason)) from reason
        except OSError as reason:
            raise CommandError(f"{reason.filename}: {reason.strerror}.") from reason
        except KeyboardInterrupt as reason:
            raise CommandError("Stopped. Nothing was kept.") from reason
        efforts = summed([checking, *production.efforts, *spent])
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

    def _dubs(
        self, production: Production, wishes: list["_NamedFile"], programs: Programs, spent: list[Effort]
    ) -> Iterator[Sound]:
        """Fit each dub to the picture; its stream and its mezzanine are laid beside the others."""
        top = production.pictures[0]
        for wish in wishes:
            with tempfile.TemporaryDirectory(dir=production.folder, prefix=".dub-") as name:
                workshop = Workshop(Path(name), programs, Isolation(settings.SANDBOX))
                film = shutil.copyfile(production.stream_folder(top) / STREAM, workshop.folder / "film.mp4")
                samples = workshop.folder / "dub.f32"
                hear(workshop, wish.file, samples)
                fitted = fit(workshop, [samples], picture=top, film=film)
                shelf = production.stream_folder(fitted.facts)
                if not shelf.exists():
                    fitted.shelf.rename(shelf)
                fitted.mezzanine.rename(production.folder / f"mezzanine-{wish.language}.mp4")
            spent += workshop.efforts
            yield Sound(fitted.facts, wish.language, SoundRole.DUB, f"{language_name(wish.language)} (dub)")

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


@dataclass(frozen=True)
class _NamedFile:
    """A file for the edition, as ``TAG=FILE`` or ``TAG:KIND=FILE`` names it."""

    language: str
    kind: SubtitleKind
    file: Path


def _named_file(written: str) -> _NamedFile:
    """Read ``es=EP01.srt`` or ``es:sdh=EP01.srt``. Raises ArgumentTypeError."""
    name, equals, file = written.partition("=")
    language, _colon, kind = name.partition(":")
    if not (language and equals and file):
        raise ArgumentTypeError(f"“{written}” is not TAG=FILE, such as es=EP01.srt.")
    try:
        return _NamedFile(language, SubtitleKind(kind or SubtitleKind.FULL), Path(file))
    except ValueError as reason:
        raise ArgumentTypeError(f"“{kind}” is none of {', '.join(SubtitleKind)}.") from reason


def _original(production: Production, language: str) -> Sound:
    """Where nobody has said which language is spoken it is "und"."""
    name = "Original" if language == "und" else language_name(language)
    return Sound(production.sound, language, SoundRole.ORIGINAL, name)


def _subtitle_file(wish: _NamedFile) -> SubtitleFile:
    """Read a subtitle file of any format. Raises Unreadable and UnfitName."""
    document = formats.read(wish.file.read_bytes(), filename=wish.file.name, language=wish.language)
    name = language_name(wish.language) + _KIND_NAMES.get(wish.kind, "")
    return SubtitleFile(wish.language, wish.kind, name, formats.write(document, "vtt"))


def _kept(edition: EditionFiles, folder: Path) -> Path:
    """Write the edition beside the packages; return the playlist to play."""
    place = folder / "editions" / edition.digest
    place.mkdir(parents=True)
    for name, content in edition.files.items():
        (place / name).write_bytes(content)
    return place / MASTER
