"""Running one management command: with a database where it needs one, and one sentence where it cannot start."""

import contextlib
import os
import sys

import psycopg
from django.core.management import execute_from_command_line
from django.db import OperationalError

from cms import env
from cms.embedded import home, postgres, testing
from cms.embedded.home import CannotStart, Unusable

#: They read files or settings alone, or measure on a home of their own; the empty name is `manage.py` alone.
_WITHOUT_DATABASE = frozenset(
    {"", "help", "version", "check", "inspect", "transcode", "subtitles", "benchmark"}
    | {"compilemessages", "makemessages", "collectstatic", "findstatic", "diffsettings"}
)
#: They start a server themselves, because it has to live longer or to die sooner than the command.
_WITH_THEIR_OWN = frozenset({"up", "demo"})


def run(argv: list[str]) -> int:
    """Run ``manage.py COMMAND ...`` and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    command = "".join(argv[1:2])
    try:
        if command == "test":
            return testing.run(argv[2:])
        with contextlib.ExitStack() as stack:
            if _borrows_a_database(command, argv[2:]):
                stack.enter_context(postgres.borrowed())
            execute_from_command_line(argv)
    except (CannotStart, env.WrongSetting) as reason:
        print(reason, file=sys.stderr)
        return 1
    except OperationalError as reason:
        sentence = _about_the_database(reason.__cause__)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _about_the_database(reason: BaseException | None) -> str | None:
    """The sentence for a database that is full or away; None for everything that a traceback explains better."""
    if isinstance(reason, psycopg.errors.DiskFull):
        return str(Unusable(home.folder(), "No space left on device"))
    if isinstance(reason, psycopg.OperationalError) and reason.sqlstate is None:
        return "The database does not answer: start it, or correct DATABASE_URL."
    return None


def _borrows_a_database(command: str, arguments: list[str]) -> bool:
    is_question = command.startswith("-") or not {"-h", "--help"}.isdisjoint(arguments)
    is_embedded = not env.text("DATABASE_URL")
    return is_embedded and not is_question and command not in _WITHOUT_DATABASE | _WITH_THEIR_OWN
