"""``manage.py makemessages``: Django's own, which also knows the names under which the house imports gettext."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    #: ``gettext as _now`` and ``gettext_lazy as _lazily``, where a module needs both kinds.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now", "--keyword=_lazily"]
