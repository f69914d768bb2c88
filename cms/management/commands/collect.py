"""``manage.py collect [--dry-run]``: takes away what newer packages superseded, and files that no row refers to."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from studios.models import Studio
from studios.scope import scope
from titles.media import collecting
from titles.media.leftovers import leftovers, remove_leftovers


class Command(BaseCommand):
    help = "Take away packages and editions that newer ones superseded, and files that no row refers to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--studio", metavar="STUDIO", help="of this studio alone, by its short name")

    def handle(self, *, dry_run: bool, studio: str | None, **_options: Any) -> None:
        total_bytes = 0
        for studio_id in self._studios(studio):
            for line, size_bytes in self._would_go(studio_id) if dry_run else self._go(studio_id):
                self.stdout.write(f"{line} ({filesizeformat(size_bytes)})")
                total_bytes += size_bytes
        told = "could be freed" if dry_run else "freed"
        self.stdout.write(f"{filesizeformat(total_bytes)} {told}.")

    def _studios(self, slug: str | None) -> list[UUID]:
        if slug is None:
            return Studio.every_id()
        studio_id = Studio.id_called(slug)
        if studio_id is None:
            raise CommandError(f"There is no studio with the short name “{slug}”.")
        return [studio_id]

    def _would_go(self, studio_id: UUID) -> list[tuple[str, int]]:
        limit = collecting.cutoff()
        with scope(studio_id, door="command"):
            superseded = [
                (f"{each.noun} {each.row} of {each.cut.episode.series}, {each.cut}", each.size_bytes)
                for each in collecting.candidates(limit)
            ]
        return superseded + [(f"{each.store}: {each.name}", each.size_bytes) for each in leftovers(studio_id, limit)]

    def _go(self, studio_id: UUID) -> list[tuple[str, int]]:
        limit = collecting.cutoff()
        gone = [*collecting.collect(studio_id, before=limit), *remove_leftovers(studio_id, limit)]
        return [(f"{each.store}: {each.name}", each.size_bytes) for each in gone]
