"""``manage.py up``: all of Octavo in the foreground, or one part of it."""

from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cms import env, schema
from cms.embedded import parts, postgres, statics
from cms.embedded.child import Part
from cms.embedded.supervisor import Supervisor


class Command(BaseCommand):
    help = "Start everything, or one part, in the foreground; Ctrl-C ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=parts.NAMES, help="start this part alone")
        parser.add_argument("--port", type=int, help="where the web listens (OCTAVO_PORT, else 8000)")

    def handle(self, *, only: str | None, port: int | None, **options: Any) -> None:
        with ExitStack() as house:
            chosen = [only] if only else list(parts.NAMES)
            playing = [part for name in chosen for part in self._parts(name, port, house)]
            database = None
            if not env.text("DATABASE_URL"):
                house.enter_context(postgres.joined(settings.HOME))
                database = house.enter_context(postgres.Server(settings.HOME))
            schema.bring_up_to_date()
            if "web" in chosen:
                statics.collect_if_changed()
            drain_s = env.seconds("OCTAVO_DRAIN_S", 30)
            Supervisor(playing, place=settings.HOME, drain_s=drain_s, database=database).run()

    def _parts(self, name: str, port: int | None, house: ExitStack) -> list[Part]:
        match name:
            case "web":
                host = env.text("OCTAVO_BIND", "127.0.0.1")
                port = port or env.number("OCTAVO_PORT", 8000, least=1, most=65_535)
                door = house.enter_context(parts.listen(host, port))
                self.stdout.write(f"Octavo is at http://{host}:{port}/ and Ctrl-C ends it.")
                return [parts.web(door)]
            case "media":
                fitting = parts.media_slots(parts.cores_here(), parts.memory_here_bytes())
                slots = env.number("OCTAVO_MEDIA_SLOTS", fitting, least=1, most=256)
                return [parts.media(number) for number in range(1, slots + 1)]
            case "general":
                return [parts.general()]
            case _:
                return [parts.beat()]
