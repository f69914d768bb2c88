"""``manage.py erase account E-MAIL`` and ``manage.py erase person STUDIO ID``: names are gone afterwards, for good."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studios.erasing import SoleOwner, erase_account
from studios.models import Studio, User
from studios.scope import scope
from titles.catalog.models import Person
from titles.distribution.erasing import erase_person


class Command(BaseCommand):
    help = "Erase the name of an account, or of a person of the cast, everywhere and for good."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        account = kinds.add_parser("account", help="an account of the desk")
        account.add_argument("email", metavar="E-MAIL", help="the address the person signs in with")
        person = kinds.add_parser("person", help="a person of the cast or crew")
        person.add_argument("studio", metavar="STUDIO", help="the studio's short name")
        person.add_argument("person", metavar="ID", type=UUID, help="the id of the person, as in their page's address")

    def handle(self, *, kind: str, **options: Any) -> None:
        if kind == "account":
            self._erase_account(options["email"])
        else:
            self._erase_person(options["studio"], options["person"])

    def _erase_account(self, email: str) -> None:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError("There is no account with this address.")
        try:
            erased = erase_account(user, by=None)
        except SoleOwner as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"The account is called “{erased}” from now on.")

    def _erase_person(self, studio: str, person_id: UUID) -> None:
        studio_id = Studio.id_called(studio)
        if studio_id is None:
            raise CommandError(f"There is no studio with the short name “{studio}”.")
        with scope(studio_id, door="command"):
            person = Person.objects.filter(pk=person_id).first()
            if person is None:
                raise CommandError("This studio has no such person in its cast and crew.")
            erased = erase_person(person, by=None)
        self.stdout.write(f"The person is called “{erased}” from now on; partners are told by the relay.")
