"""Takes webhooks: each one is verified, acted on once, and answered within seconds."""

import json
import threading
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from standardwebhooks import Webhook, WebhookVerificationError

from . import packs
from .replica import write_whole


class Reply(NamedTuple):
    """What the studio keeps in its ledger of our answer."""

    status: HTTPStatus
    detail: str


class Inbox:
    """``accepted``: by webhook-id the pack that we took ("" for other news); ``broken``: by pack what is wrong.

    Both are kept in ``memory``, so that a webhook which comes again after a restart is known too.
    """

    def __init__(self, secret: str, dropbox: Path, memory: Path) -> None:
        self._webhook = Webhook(secret)
        self._dropbox = dropbox
        self._memory = memory
        self._one_at_a_time = threading.Lock()
        known = json.loads(memory.read_text()) if memory.exists() else {}
        self.accepted: dict[str, str] = known.get("accepted", {})
        self.broken: dict[str, str] = known.get("broken", {})

    def take(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Act on one webhook. Only a 2xx ends the studio's retries, so that is said when all is well and kept."""
        try:
            message = self._webhook.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError) as reason:
            return Reply(HTTPStatus.UNAUTHORIZED, f"The signature is not the studio's ({reason}).")
        id_ = next(value for name, value in headers.items() if name.lower() == "webhook-id")
        with self._one_at_a_time:
            if id_ in self.accepted:
                return Reply(HTTPStatus.OK, "We know this one already.")
            reply = self._act_on(id_, message)
            write_whole(self._memory, {"accepted": self.accepted, "broken": self.broken})
            return reply

    def _act_on(self, id_: str, message: dict[str, Any]) -> Reply:
        """Packs are checked before the answer: a few hundred megabytes take a second. Check far larger ones later."""
        if message["type"] != "pack.delivered":
            self.accepted[id_] = ""
            return Reply(HTTPStatus.OK, "Nothing to do.")
        pack = message["data"]["pack"]
        try:
            packs.check(self._dropbox, message["data"])
        except (packs.Damaged, OSError, ValueError, KeyError) as reason:
            self.broken[pack] = f"The pack {pack} is broken: {reason}"
            return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, self.broken[pack])
        self.broken.pop(pack, None)
        self.accepted[id_] = pack
        return Reply(HTTPStatus.OK, "All files are there and are what the manifest says.")
