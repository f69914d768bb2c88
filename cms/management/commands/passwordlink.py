"""``manage.py passwordlink EMAIL``: an address at which that person chooses a new password, for desks without mail."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from studios.models import User


class Command(BaseCommand):
    help = "Print a one-time address at which a person chooses a new password. It works for 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the person's e-mail address")

    def handle(self, *, email: str, **options: Any) -> None:
        person = User.objects.filter(email=email.lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"There is no open account with the address {email}.")
        key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
        self.stdout.write(settings.PUBLIC_ADDRESS + reverse("account_reset_password_from_key", kwargs=key))
        self.stderr.write(f"Give this address to {person} alone. It works once, for 24 hours.")
