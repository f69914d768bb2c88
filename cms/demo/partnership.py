"""The demo partner as the studio knows it: its row, grant and key, and its own process on loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from cms.demo.waiting import NotDone
from titles.catalog.models import Series
from titles.distribution.models import Grant, Partner, PartnerKey
from titles.jobs.children import dying_with

SLUG = "glimmer"
LANGUAGES = ["en", "zh-Hans", "es", "pt-BR", "fr", "ja", "id", "ar"]
TERRITORIES = ["US", "CA", "GB", "MX", "BR", "FR", "JP", "ID", "SA", "SG"]
_CLIENTS_FOLDER = Path(__file__).parent
_ANSWERS_WITHIN_S = 120


class Partnership:
    """Everything about the demo partner. ``folder`` holds its dropbox, its replica and the key that it was given."""

    def __init__(self, folder: Path, *, address: str) -> None:
        self.folder = folder
        self.address = address
        self.dropbox = folder / "dropbox"
        self.report = folder / "partner-report.json"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def agree(self, series: Series, *, by: Any) -> Partner:
        """Make the partner with its grant, or find it; its webhook moves to this run's port. Inside a scope."""
        self.dropbox.mkdir(parents=True, exist_ok=True)
        partner = Partner.objects.filter(slug=SLUG).first()
        if partner is None:
            partner = Partner.objects.make("Glimmer", SLUG, dropbox=self.dropbox.as_uri(), webhook_url=self.webhook)
        else:
            partner.webhook_url, partner.dropbox = self.webhook, self.dropbox.as_uri()
            partner.save(update_fields=["webhook_url", "dropbox"])
        if not Grant.objects.filter(partner=partner, series=series).exists():
            Grant.objects.make(
                partner,
                series,
                territories=TERRITORIES,
                audio_languages=[series.original_language],
                subtitle_languages=LANGUAGES,
                modes=[Grant.Mode.COIN, Grant.Mode.AD],
                from_at=timezone.now() - timedelta(days=1),
                until_at=timezone.now() + timedelta(days=730),
                by=by,
            )
        self._secret = partner.webhook_secret
        self._key = self._key_of(partner)
        return partner

    def _key_of(self, partner: Partner) -> str:
        """The key of an earlier run, or a new one: it can be shown once only, so the demo notes it for its partner."""
        note = self.folder / "partner-key"
        if not note.exists():
            with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(PartnerKey.make(partner))
        return note.read_text()

    @property
    def own_address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def webhook(self) -> str:
        return f"{self.own_address}/webhook"

    def start(self) -> None:
        """Start the partner's own process; it dies with ours."""
        log = (self.folder / "partner.log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "partner", "--feed", f"{self.address}/feed/v1"),
                *("--dropbox", str(self.dropbox), "--listen", f"127.0.0.1:{self.port}", "--report", str(self.report)),
            ],
            cwd=_CLIENTS_FOLDER,
            env={**os.environ, "OCTAVO_PARTNER_KEY": self._key, "OCTAVO_PARTNER_SECRET": self._secret},
            stdout=log,
            stderr=log,
            preexec_fn=dying_with(os.getpid(), signal.SIGKILL),
        )
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        ends_at_s = time.monotonic() + 20
        while time.monotonic() < ends_at_s:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise NotDone(f"The demo partner did not start; {self.folder / 'partner.log'} says why.")

    def checked(self) -> dict[str, Any]:
        """Let the partner pull the feed and check all that it has, and return its report. Raises NotDone."""
        request = urllib.request.Request(f"{self.own_address}/sync", data=b"", method="POST")  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(request, timeout=_ANSWERS_WITHIN_S) as answer:  # noqa: S310
                return json.load(answer)
        except (OSError, ValueError) as reason:
            raise NotDone(f"The demo partner did not answer ({reason}).") from reason

    def end(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
