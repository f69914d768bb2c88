"""``manage.py up``: all of Octavo in the foreground, or one part of it."""

import os
import socket
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cms import env, isolation, schema
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
            door = house.enter_context(self._door(port)) if "web" in chosen else None
            playing = self._playing(chosen, door)
            database = None
            if not env.text("DATABASE_URL"):
                house.enter_context(postgres.joined(settings.HOME))
                database = house.enter_context(postgres.Server(settings.HOME))
            schema.bring_up_to_date()
            isolation.refuse_gaps()
            if door is not None:
                statics.collect_if_changed()
                self.stdout.write(f"Octavo is at {parts.address(door)}/ and Ctrl-C ends it.")
            drain_s = env.seconds("OCTAVO_DRAIN_S", 30)
            Supervisor(playing, place=settings.HOME, drain_s=drain_s, database=database).run()

    def _door(self, port: int | None) -> socket.socket:
        """Listen first: where the port is taken, nothing has been started yet."""
        host = env.text("OCTAVO_BIND", "127.0.0.1")
        door = parts.listen(host, port or env.number("OCTAVO_PORT", 8000, least=1, most=65_535))
        os.environ.setdefault("OCTAVO_PUBLIC_ADDRESS", parts.address(door))
        return door

    def _playing(self, chosen: list[str], door: socket.socket | None) -> list[Part]:
        playing = [parts.web(door)] if door is not None else []
        if "media" in chosen:
            fitting = parts.media_slots(parts.cores_here(), parts.free_memory_bytes())
            slots = env.number("OCTAVO_MEDIA_SLOTS", fitting, least=1, most=256)
            playing += [parts.media(number) for number in range(1, slots + 1)]
        if "general" in chosen:
            playing.append(parts.general())
        if "beat" in chosen:
            playing.append(parts.beat())
        return playing
