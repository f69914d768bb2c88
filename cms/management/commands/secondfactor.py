"""``manage.py secondfactor EMAIL --remove``: for somebody who has lost the factor and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.accounts import second_factor
from studios.models import User


class Command(BaseCommand):
    help = "Say whether a person has a second factor; remove it with --remove, after they proved to you who they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the person's e-mail address")
        parser.add_argument("--remove", action="store_true", help="remove factors and codes, and end all sessions")

    def handle(self, *, email: str, remove: bool, **options: Any) -> None:
        person = User.objects.filter(email=email.lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"There is no open account with the address {email}.")
        if not second_factor.has_one(person):
            self.stdout.write(f"{person} has no second factor.")
        elif remove:
            with transaction.atomic():
                second_factor.take_away(person)
            self.stdout.write(f"The second factor of {person} is removed; studios that ask for one lead to a new one.")
        else:
            self.stdout.write(f"{person} has a second factor. Remove it with --remove.")
