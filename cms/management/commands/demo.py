"""``manage.py demo``: the main job on a sample studio, from raw masters to a partner that checked everything."""

import signal
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cms import env
from cms.demo import people
from cms.demo.main_job import MainJob
from cms.demo.waiting import NotDone
from cms.embedded import home, running

#: What the sample needs and an ordinary installation would not do: a partner on loopback, and a quick look.
_SURROUNDINGS = {
    "OCTAVO_PRIVATE_PARTNER_HOSTS": "127.0.0.1",
    "OCTAVO_DROPBOX_FOLDERS": str(home.folder() / "demo"),
    "OCTAVO_QUALITY": "preview",
}


class Command(BaseCommand):
    help = "Make a sample studio and take its episodes the whole way to a partner; stays up until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the job is done: 0, or 1 if a part failed")
        parser.add_argument("--port", type=int, help="where the web listens (OCTAVO_PORT, else 8000)")

    def handle(self, *, once: bool, port: int | None, **options: Any) -> None:
        port = port or env.number("OCTAVO_PORT", 8000, least=1, most=65_535)
        signal.signal(signal.SIGTERM, _end)
        self._started_s = time.monotonic()
        self._say("Starting Octavo …")
        with running.up(port=port, environment=_SURROUNDINGS) as octavo:
            octavo.wait_until_ready()
            job = MainJob(settings.HOME, address=octavo.address, say=self._say)
            try:
                self._do(job)
                if not once:
                    self._stay(octavo)
            finally:
                job.partnership.end()

    def _do(self, job: MainJob) -> None:
        """Do the job and print its table, whole or as far as it came; end with 1 if a part failed."""
        try:
            job.run()
        except NotDone as reason:
            self._print_table(job)
            self.stderr.write(f"The demo failed. {reason}")
            sys.exit(1)
        self._print_table(job)

    def _stay(self, octavo: running.Running) -> None:
        self.stdout.write(f"\nThe desk is at {octavo.address}/ and Ctrl-C ends it. Sign in as:\n")
        for sign_in in people.SIGN_INS:
            self.stdout.write(f"  {sign_in.role.label:<12} {sign_in.email:<30} {people.password()}")
        self.stdout.flush()
        octavo.process.wait()

    def _print_table(self, job: MainJob) -> None:
        width = max((len(row.what) for row in job.rows), default=0)
        self.stdout.write("")
        for row in job.rows:
            self.stdout.write(f"  {row.what:<{width}}  {row.seconds:>7.1f} s  {row.result}")
        self.stdout.write(f"  {'All together':<{width}}  {time.monotonic() - self._started_s:>7.1f} s")

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"{time.monotonic() - self._started_s:>6.0f} s  {sentence}")
        self.stdout.flush()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
