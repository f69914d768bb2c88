"""``manage.py restore FOLDER``: a backup into an empty home, verified."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.backups import whole


class Command(BaseCommand):
    help = "Bring a backup into an empty home; what is damaged, or not empty, is refused before anything changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        entries = whole.restore(folder).entries
        self.stdout.write(f"All {len(entries)} files of {folder} are back. Start Octavo with: manage.py up")
