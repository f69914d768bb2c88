"""``manage.py platform EMAIL [--remove]``: make somebody platform staff, or no longer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studios.models import User
from studios.platform import appoint, dismiss


class Command(BaseCommand):
    help = "Let a person create, suspend and resume studios (--remove: no longer)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address that the person signs in with")
        parser.add_argument("--remove", action="store_true", help="they are no platform staff any more")

    def handle(self, *, email: str, remove: bool, **options: Any) -> None:
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"Nobody signs in as “{email}”.")
        if remove:
            dismiss(person)
        else:
            appoint(person)
        self.stdout.write(f"{email} is {'not ' if remove else ''}platform staff{' any more' if remove else ''}.")
