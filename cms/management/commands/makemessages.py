"""``manage.py makemessages``: Django's own, which also knows the names under which the house imports gettext."""

from typing import Any

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    #: ``gettext as _now`` and ``gettext_lazy as _lazily``, where a module needs both kinds.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now", "--keyword=_lazily"]

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep entries that no source has: the admin theme's words stand in our catalogues as well."""
        if options["no_obsolete"]:
            self.stderr.write("Entries of the admin theme would go: run it without --no-obsolete.")
            return
        super().handle(*args, **options)
