"""``manage.py subtitles FILE``: read, check and convert one subtitle file. Needs no database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from localization import formats
from localization.formats.checks import Problem, problems
from localization.formats.clock import clock


class Command(BaseCommand):
    help = (
        "Read an SRT or WebVTT file and say what was mended and what is wrong with its times. With --to, print the "
        "file in another format and the report beside it on the standard error. Exits 1 when it cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--language", help="language of the subtitles (BCP 47), needed when they are not in UTF-8")
        parser.add_argument("--to", metavar="FORMAT", help=f"one of: {', '.join(formats.FORMATS)}")
        parser.add_argument("--json", action="store_true", help="print everything as JSON, the converted file within")

    def handle(self, *, file: Path, language: str | None, to: str | None, **options: Any) -> None:
        try:
            document = formats.read(_beginning_of(file), filename=file.name, language=language)
            converted = formats.convert(document, to) if to else None
        except OSError as reason:
            raise CommandError(f"{file} cannot be opened: {reason.strerror}.") from reason
        except (formats.Unreadable, formats.UnknownFormat) as reason:
            raise CommandError(str(reason)) from reason
        found = problems(document)
        if options["json"]:
            self._print_json(file, document, found, converted)
        else:
            self._report(file, document, found, converted)

    def _report(
        self, file: Path, document: formats.Document, found: list[Problem], converted: formats.Written | None
    ) -> None:
        """Say what was found; the standard output belongs to the converted file if there is one."""
        report = self.stderr if converted else self.stdout
        report.write(_in_short(file, document))
        for sentence in document.repairs:
            report.write(f"  mended: {sentence}")
        for problem in found:
            report.write(f"  wrong: {problem.sentence}")
        if converted:
            for sentence in converted.dropped:
                report.write(f"  dropped: {sentence}")
            self.stdout.write(converted.data.decode(), ending="")

    def _print_json(
        self, file: Path, document: formats.Document, found: list[Problem], converted: formats.Written | None
    ) -> None:
        answer = {
            "file": file.name,
            "encoding": document.encoding,
            "digest": document.digest(),
            "cues": json.loads(document.canonical())["cues"],
            "repairs": document.repairs,
            "problems": [problem._asdict() for problem in found],
        }
        if converted:
            answer |= {"converted": converted.data.decode(), "dropped": converted.dropped}
        self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))


def _beginning_of(file: Path) -> bytes:
    """Return the bytes of ``file``, or of a huge one as many as prove it too large."""
    with file.open("rb") as opened:
        return opened.read(formats.MAX_BYTES + 1)


def _in_short(file: Path, document: formats.Document) -> str:
    if not document.cues:
        return f"{file.name}: no cues, {document.encoding}"
    count = "1 cue" if len(document.cues) == 1 else f"{len(document.cues)} cues"
    start, end = document.cues[0].start_ms, max(cue.end_ms for cue in document.cues)
    return f"{file.name}: {count} from {clock(start)} to {clock(end)}, {document.encoding}"
