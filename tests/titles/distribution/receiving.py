"""The partner's side of a delivery: a loopback server for webhooks, and a check of what lies in its dropbox."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Endpoint:
    """A partner's webhook endpoint. It answers with ``answers`` in turn, then with 200, and keeps what it got."""

    address: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    def answer_with(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.answers.append((status, headers, body))


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    partner = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            partner.got.append((body, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, answer = partner.answers.pop(0) if partner.answers else (200, {}, b"thanks")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    partner.address = f"http://127.0.0.1:{server.server_address[1]}/hooks?token=s3cret"
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Incomplete(Exception):
    """The pack is not there as its manifest and marker say."""


def accept(pack: Path) -> dict[str, Any]:
    """Check a pack as a partner does, from nothing but docs/partners.md; return its manifest. Raises Incomplete."""
    marker = pack / "_COMPLETE"
    manifest = pack / "manifest.json"
    if not marker.exists():
        raise Incomplete("no _COMPLETE")
    if marker.read_text() != f"{_sha256(manifest)}\n":
        raise Incomplete("_COMPLETE is of another manifest")
    listed = json.loads(manifest.read_text())
    for file in listed["files"]:
        path = pack / file["path"]
        if not path.exists() or (path.stat().st_size, _sha256(path)) != (file["bytes"], file["sha256"]):
            raise Incomplete(file["path"])
    return listed


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
