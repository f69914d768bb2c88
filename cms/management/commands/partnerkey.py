"""``manage.py partnerkey STUDIO PARTNER``: a new key for a partner's feed, printed once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studios.models import Studio
from studios.scope import scope
from titles.distribution.models import Partner, PartnerKey


class Command(BaseCommand):
    help = "Make a new key for a partner's feed and print it: it is shown this once only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("studio", metavar="STUDIO", help="the studio's short name")
        parser.add_argument("partner", metavar="PARTNER", help="the partner's short name")

    def handle(self, *, studio: str, partner: str, **options: Any) -> None:
        studio_id = Studio.id_called(studio)
        if studio_id is None:
            raise CommandError(f"There is no studio with the short name “{studio}”.")
        with scope(studio_id, door="command"):
            receiver = Partner.objects.filter(slug=partner).first()
            if receiver is None:
                known = ", ".join(Partner.objects.by_name().values_list("slug", flat=True)) or "none yet"
                raise CommandError(f"This studio has no partner with the short name “{partner}” (it has: {known}).")
            key = PartnerKey.make(receiver, by=None)
        self.stdout.write(key)
        self.stderr.write(f"This is the only time that {receiver}'s key is shown: keep it in a safe place.")
