"""``manage.py studio export|import|close``: a studio leaves this installation, or comes into it."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from cms.leaving import closing, exporting, importing
from cms.leaving.importing import Imported
from cms.leaving.tasks import take_back_everything
from studios.models import MovedOn, Studio


class Command(BaseCommand):
    help = "Export a studio into a folder, import one, or close one and purge it later (docs/leaving.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="all rows, files and history into a folder; started again, it goes on")
        export.add_argument("studio", metavar="STUDIO", help="its short name or id")
        export.add_argument("folder", type=Path, metavar="FOLDER")
        bring_in = verbs.add_parser("import", help="a studio that was exported elsewhere, with its ids and history")
        bring_in.add_argument("folder", type=Path, metavar="FOLDER")
        close = verbs.add_parser("close", help="take everything back from partners now, and purge the studio later")
        close.add_argument("studio", metavar="STUDIO", help="its short name or id")
        usual = f"the usual: {settings.CLOSING_LASTS.days}"
        close.add_argument("--after", type=_days, metavar="DAYS", help=f"purge it after so many days ({usual})")
        close.add_argument("--reopen", action="store_true", help="let it work again, as long as it is not purged")

    def handle(self, *, verb: str, **options: Any) -> None:
        do: dict[str, Callable[..., None]] = {"export": self._export, "import": self._import, "close": self._close}
        do[verb](**options)

    def _export(self, *, studio: str, folder: Path, **options: Any) -> None:
        manifest = exporting.export(_studio(studio), folder)
        size = filesizeformat(sum(entry.bytes for entry in manifest.entries))
        rows, files = sum(manifest.rows().values()), len(list(manifest.of("files")))
        self.stdout.write(f"{folder} holds {rows} rows and {files} files of {studio}, {size}, each with its digest.")
        self.stdout.write("Passwords, second factors, keys and other secrets are not in it (docs/leaving.md).")

    def _import(self, *, folder: Path, **options: Any) -> None:
        imported = importing.bring_in(folder)
        manifest = imported.export.manifest
        self.stdout.write(
            f"{manifest.head.name} is here: {sum(manifest.rows().values())} rows and {len(list(manifest.of('files')))} "
            "files, equal to what was exported."
        )
        for sentence in _sentences(imported):
            self.stdout.write(sentence)

    def _close(self, *, studio: str, after: timedelta | None, reopen: bool, **options: Any) -> None:
        try:
            if reopen:
                closing.reopen(_studio(studio), by=None, door="command")
                self.stdout.write(f"{studio} works again. Releases stay withdrawn, and keys revoked.")
                return
            closed = closing.close(_studio(studio), by=None, door="command", after=after)
        except (MovedOn, closing.TooLate) as reason:
            raise CommandError(str(reason)) from reason
        take_back_everything()
        self.stdout.write(f"{studio} is closing: everything is taken back from its partners, and nothing changes.")
        self.stdout.write(f"It is purged after {timezone.localtime(closed.purged_after):%Y-%m-%d %H:%M %Z}.")


def _studio(called: str) -> UUID:
    """The id of a studio by its short name or id. Raises CommandError."""
    try:
        found: UUID | None = UUID(called)
    except ValueError:
        found = Studio.id_called(called)
    if found is None:
        raise CommandError(f"There is no studio “{called}”: its short name is in the studio settings.")
    return found


def _days(text: str) -> timedelta:
    if not text.isdecimal() or int(text) > 3650:
        raise ArgumentTypeError(f"{text!r} is not a whole number of days from 0 to 3650")
    return timedelta(days=int(text))


def _sentences(imported: Imported) -> list[str]:
    """What is left to do by hand."""
    accounts, arrival = imported.accounts, imported.arrival
    told = [
        (
            "New accounts",
            len(accounts.made),
            "Each asks for a password letter, or you run manage.py passwordlink.",
        ),
        ("Accounts that were here already, by their ids", len(accounts.known), "They are as they were."),
        ("Former members, who are names in the history", len(accounts.past), "Nobody signs in as them."),
        ("Keys without their secrets", arrival.keys, "They are revoked: make new ones."),
        ("Open invitations, withdrawn", arrival.invitations, "Invite anew."),
        ("Partners", arrival.partners, "Write the dropbox of each again; each has a new webhook secret."),
    ]
    told_of_links = [
        f"{email} has an account here that is not the member's: it is untouched. Send this invitation, which works for "
        f"seven days: {settings.PUBLIC_ADDRESS}{reverse('invitation', args=[secret])}"
        for email, secret in arrival.links.items()
    ]
    return [f"{what}: {count}. {sentence}" for what, count, sentence in told if count] + told_of_links
