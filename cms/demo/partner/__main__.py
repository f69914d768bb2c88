"""``python -m partner --feed URL --dropbox FOLDER --listen 127.0.0.1:PORT --report FILE`` in the folder above.

The key and the webhook secret come from OCTAVO_PARTNER_KEY and OCTAVO_PARTNER_SECRET, where no list of processes shows
them. Answers POST /webhook (the studio), POST /sync and GET /report (ourselves), and runs until SIGTERM.
"""

import json
import os
import signal
import sys
import threading
from argparse import ArgumentParser, Namespace
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .feed import Feed, Refused
from .inbox import Inbox
from .inspection import Inspection
from .replica import Replica, brought_up_to_date, write_whole

_LONGEST_WEBHOOK_BYTES = 64 * 1024


class Partner:
    """The replica, the inbox, and what was found out about both. ``report_path`` is kept up to date.

    The replica lies beside the report in ``replica.json``, the inbox in ``inbox.json``.
    """

    def __init__(self, feed: Feed, *, secret: str, dropbox: Path, report_path: Path) -> None:
        self.feed = feed
        self.inbox = Inbox(secret, dropbox, report_path.with_name("inbox.json"))
        self._report_path = report_path
        self._replica_path = report_path.with_name("replica.json")
        self._replica = Replica.read(self._replica_path)
        self._inspection = Inspection(feed)
        self._one_sync = threading.Lock()
        self._one_report = threading.Lock()

    def sync(self) -> dict[str, Any]:
        """Pull the feed to its end, check all that it leads to, and return the report."""
        with self._one_sync:
            inspection = Inspection(self.feed)
            try:
                self._replica = brought_up_to_date(self._replica, self.feed)
                self._replica.write(self._replica_path)
                for entry in self._replica.live().values():
                    inspection.look_at(entry["body"])
            except Refused as reason:
                inspection.failures.append(str(reason))
            except (OSError, HTTPException, ValueError, KeyError) as reason:
                inspection.failures.append(f"The feed could not be read ({type(reason).__name__}: {reason}).")
            self._inspection = inspection
        return self.report()

    def report(self) -> dict[str, Any]:
        """What we have and what is wrong with it; also written to the report's file."""
        with self._one_report:
            live = self._replica.live()
            report = {
                "entities": sorted(live),
                "revisions": {id_: entry["revision"] for id_, entry in sorted(live.items())},
                "packs": sorted(filter(None, set(self.inbox.accepted.values()))),
                "webhooks": len(self.inbox.accepted),
                "checked": dict(self._inspection.checked),
                "failures": [*self._inspection.failures, *self.inbox.broken.values()],
                "cursor": self._replica.cursor,
            }
            write_whole(self._report_path, report)
            return report


class Server(ThreadingHTTPServer):
    """A thread per request: a webhook is answered while a sync goes on."""

    def __init__(self, address: tuple[str, int], partner: Partner) -> None:
        super().__init__(address, Door)
        self.partner = partner


class Door(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        if self.path == "/report":
            self._answer(HTTPStatus.OK, self.server.partner.report())
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"detail": "There is GET /report."})

    def do_POST(self) -> None:
        if self.path == "/webhook":
            self._take_webhook()
        elif self.path == "/sync":
            self._answer(HTTPStatus.OK, self.server.partner.sync())
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"detail": "There are POST /webhook and POST /sync."})

    def _take_webhook(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LONGEST_WEBHOOK_BYTES:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"detail": "No webhook is that long."})
            return
        reply = self.server.partner.inbox.take(dict(self.headers), self.rfile.read(length))
        self.server.partner.report()
        self._answer(reply.status, {"detail": reply.detail})

    def _answer(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def arguments() -> Namespace:
    parser = ArgumentParser(prog="partner", description="An example partner of a studio that uses Octavo.")
    parser.add_argument("--feed", required=True, metavar="URL", help="the studio's feed; it ends with /feed/v1")
    parser.add_argument("--key", default=os.environ.get("OCTAVO_PARTNER_KEY"), help="better: OCTAVO_PARTNER_KEY")
    parser.add_argument("--secret", default=os.environ.get("OCTAVO_PARTNER_SECRET"), help="or OCTAVO_PARTNER_SECRET")
    parser.add_argument("--dropbox", required=True, type=Path, metavar="FOLDER", help="where packs arrive")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT", help="where webhooks arrive")
    parser.add_argument("--report", required=True, type=Path, metavar="FILE", help="where the report is written")
    given = parser.parse_args()
    if not given.key or not given.secret:
        parser.error("set OCTAVO_PARTNER_KEY and OCTAVO_PARTNER_SECRET to what the studio gave you")
    return given


def main() -> None:
    given = arguments()
    host, _colon, port = given.listen.rpartition(":")
    partner = Partner(Feed(given.feed, given.key), secret=given.secret, dropbox=given.dropbox, report_path=given.report)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with Server((host, int(port)), partner) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
