"""``manage.py platform EMAIL [--remove]``: make somebody platform staff, or no longer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studios.models import User


class Command(BaseCommand):
    help = "Let a person create, suspend and resume studios (--remove: no longer)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address that the person signs in with")
        parser.add_argument("--remove", action="store_true", help="they are no platform staff any more")

    def handle(self, *, email: str, remove: bool, **options: Any) -> None:
        if not User.objects.filter(email=email.lower()).update(is_platform=not remove):
            raise CommandError(f"Nobody signs in as “{email}”.")
        self.stdout.write(f"{email} is {'not ' if remove else ''}platform staff{' any more' if remove else ''}.")
