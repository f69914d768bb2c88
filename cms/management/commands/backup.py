"""``manage.py backup FOLDER``: database, keys and media, verified."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.template.defaultfilters import filesizeformat

from cms.backups import whole


class Command(BaseCommand):
    help = "Write database, keys and media to a new folder, with a manifest of digests, and verify them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        entries = whole.make(folder).entries
        size = filesizeformat(sum(entry.bytes for entry in entries))
        self.stdout.write(f"{folder} holds {len(entries)} files, {size}, all read again and equal to their digests.")
        self.stdout.write("It contains the keys: keep it as safe as the home itself.")
