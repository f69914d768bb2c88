"""A studio on loopback that speaks the feed's contract, and a demo partner's process that follows it."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

from titles.distribution.webhooks import signed_headers

KEY = "octavo_0123456789ab_a-key-of-the-tests"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENTRIES_PER_PAGE = 2

STREAM = bytes(range(256)) * 4
WEBVTT = b"WEBVTT\n\n00:01.000 --> 00:02.500\nMe mentiste.\n"
PICTURE = b"\xff\xd8 a picture \xff\xd9"

_MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English, original",LANGUAGE="en",URI="../../packages/b/stream.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Español",LANGUAGE="es",URI="es.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.64001f,mp4a.40.2",AUDIO="sound",SUBTITLES="subtitles"
../../packages/a/stream.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=500,URI="../../packages/a/iframes.m3u8"
"""
_STREAMED = """#EXTM3U
#EXT-X-MAP:URI="stream.mp4",BYTERANGE="100@0"
#EXTINF:4.000,
#EXT-X-BYTERANGE:400@124
stream.mp4
#EXTINF:4.000,
#EXT-X-BYTERANGE:500
stream.mp4
#EXT-X-ENDLIST
"""
_IFRAMES = """#EXTM3U
#EXT-X-MAP:URI="stream.mp4",BYTERANGE="100@0"
#EXTINF:8.000,
#EXT-X-BYTERANGE:60@124
stream.mp4
#EXT-X-ENDLIST
"""
_SUBTITLES = "#EXTM3U\n#EXTINF:8.000,\nes.vtt\n#EXT-X-ENDLIST\n"
_MANIFEST = """<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation>
<BaseURL>../../packages/a/stream.mp4</BaseURL><SegmentBase indexRange="100-123"/>
</Representation></AdaptationSet><AdaptationSet><Representation><BaseURL>es.vtt</BaseURL></Representation></AdaptationSet>
</Period></MPD>
"""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def series_body() -> dict[str, Any]:
    cover = {"id": "cover", "kind": "cover", "sha256": sha256(PICTURE), "url": "/feed/v1/assets/cover"}
    return {"id": "series", "kind": "series", "slug": "heiress", "artwork": [cover]}


def episode_body(number: int) -> dict[str, Any]:
    cut = {
        "id": f"cut-{number}",
        "edition": {"hls_url": "/feed/v1/assets/film?format=hls", "dash_url": "/feed/v1/assets/film?format=dash"},
        "subtitles": [{"id": "es", "language": "es", "sha256": sha256(WEBVTT), "url": "/feed/v1/assets/es"}],
        "poster": {"id": "poster", "sha256": sha256(PICTURE), "url": "/feed/v1/assets/poster"},
    }
    return {"id": f"episode-{number}", "kind": "episode", "number": number, "cuts": [cut]}


def upsert(sequence: int, body: dict[str, Any], *, revision: int = 1) -> dict[str, Any]:
    return _entry(sequence, "upsert", body["kind"], body["id"], revision) | {"body": body}


def delete(sequence: int, id_: str, *, reason: str = "withdrawn", revision: int = 1) -> dict[str, Any]:
    return _entry(sequence, "delete", "episode", id_, revision) | {"reason": reason, "body": None}


def _entry(sequence: int, operation: str, kind: str, id_: str, revision: int) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "operation": operation,
        "kind": kind,
        "id": id_,
        "revision": revision,
        "effective_at": "2026-11-22T12:00:00Z",
    }


@dataclass
class Asked:
    """A request that the studio got, and the status of its answer."""

    path: str
    headers: dict[str, str]
    status: int


@dataclass
class Studio:
    """``entries`` are the feed; ``files`` are what lies under a signed address, by path; ``asked`` is what it saw."""

    entries: list[dict[str, Any]] = field(
        default_factory=lambda: [upsert(1, series_body()), upsert(2, episode_body(1))]
    )
    epoch: int = 1
    ignores_ranges: bool = False
    asked: list[Asked] = field(default_factory=list)
    files: dict[str, bytes] = field(
        default_factory=lambda: {
            "editions/e/master.m3u8": _MASTER.encode(),
            "editions/e/manifest.mpd": _MANIFEST.encode(),
            "editions/e/es.m3u8": _SUBTITLES.encode(),
            "editions/e/es.vtt": WEBVTT,
            "packages/a/stream.m3u8": _STREAMED.encode(),
            "packages/a/iframes.m3u8": _IFRAMES.encode(),
            "packages/a/stream.mp4": STREAM,
            "packages/b/stream.m3u8": _STREAMED.encode(),
            "packages/b/stream.mp4": STREAM,
            "poster.jpg": PICTURE,
            "cover.jpg": PICTURE,
        }
    )

    address: str = ""

    def asked_for(self, part: str) -> list[Asked]:
        return [each for each in self.asked if part in each.path]

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        if parts.path.startswith("/media/token/"):
            return self._media(parts.path.removeprefix("/media/token/"), headers)
        if headers.get("Authorization") != f"Bearer {KEY}":
            return _refusal(401, "bad_key")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/feed/v1/changes":
            return self._changes(query.get("cursor", ""), headers)
        return self._asset(parts.path.rpartition("/")[2], query.get("format", "hls"))

    def _changes(self, cursor: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        known = re.fullmatch(r"epoch-(\d+)-after-(\d+)", cursor or f"epoch-{self.epoch}-after-0")
        if known is None:
            return _refusal(400, "bad_cursor")
        if int(known[1]) != self.epoch:
            return _refusal(410, "cursor_expired")
        following = [entry for entry in self.entries if entry["sequence"] > int(known[2])]
        shown = following[:ENTRIES_PER_PAGE]
        last = shown[-1]["sequence"] if shown else known[2]
        page = {
            "entries": shown,
            "next_cursor": f"epoch-{self.epoch}-after-{last}",
            "has_more": len(following) > ENTRIES_PER_PAGE,
        }
        body = json.dumps(page).encode()
        etag = f'"{sha256(body)[:32]}"'
        if headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag}, body

    def _asset(self, id_: str, format_: str) -> tuple[int, dict[str, str], bytes]:
        edition = {"hls": "editions/e/master.m3u8", "dash": "editions/e/manifest.mpd"}
        places = {
            "film": edition[format_],
            "es": "editions/e/es.vtt",
            "poster": "poster.jpg",
            "cover": "cover.jpg",
        }
        return 302, {"Location": f"/media/token/{places[id_]}"}, b""

    def _media(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        content = self.files.get(path)
        if content is None:
            return 404, {}, b"There is no such file at this address."
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", headers.get("Range", ""))
        if wanted is None or self.ignores_ranges:
            return 200, {}, content
        first, last = int(wanted[1]), min(int(wanted[2]), len(content) - 1)
        if first >= len(content):
            return 416, {"Content-Range": f"bytes */{len(content)}"}, b""
        return 206, {"Content-Range": f"bytes {first}-{last}/{len(content)}"}, content[first : last + 1]


def _refusal(status: int, code: str) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"code": code, "detail": "Start again without a cursor."}).encode()


@contextmanager
def listening(studio: Studio) -> Iterator[Studio]:
    """Let ``studio`` answer on loopback while the block runs."""

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = dict(self.headers)
            status, sent, body = studio.answer(self.path, headers)
            studio.asked.append(Asked(self.path, headers, status))
            self.send_response(status)
            for name, value in {**sent, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """The tests read ``asked``."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        studio.address = f"http://127.0.0.1:{server.server_port}/feed/v1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield studio
        server.shutdown()


@dataclass
class Partner:
    """The demo partner's own process. ``folder`` is where it keeps what it knows."""

    folder: Path
    feed: str
    key: str = KEY
    secret: str = SECRET
    port: int = 0
    process: Any = None

    def __post_init__(self) -> None:
        self.dropbox.mkdir(exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]

    @property
    def dropbox(self) -> Path:
        return self.folder / "dropbox"

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    @property
    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "partner", "--feed", self.feed, "--dropbox", str(self.dropbox)),
            *("--listen", f"127.0.0.1:{self.port}", "--report", str(self.folder / "report.json")),
        ]

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=Path(__file__).resolve().parents[2] / "cms" / "demo",
                env={**os.environ, "OCTAVO_PARTNER_KEY": self.key, "OCTAVO_PARTNER_SECRET": self.secret},
                stderr=log,
            )
        while self.process.poll() is None:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(20)

    def sync(self) -> dict[str, Any]:
        return self._asked("/sync", b"", {})[1]

    def report(self) -> dict[str, Any]:
        return self._asked("/report", None, {})[1]

    def told(self, message: dict[str, Any], *, id_: str = "delivery-1", **changed: Any) -> tuple[int, str]:
        """Send a signed webhook as the studio does; ``changed`` goes into its signing. Returns status and detail."""
        body = json.dumps(message).encode()
        signing = {"secret": SECRET, "message_id": id_, "timestamp_s": int(time.time()), "body": body} | changed
        status, answer = self._asked("/webhook", body, signed_headers(**signing))
        return status, answer["detail"]

    def _asked(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own, loopback
                return answer.status, json.load(answer)
        except HTTPError as answer:
            return answer.code, json.load(answer)


def put_pack(dropbox: Path, folder: str = "heiress/001-episode-1/r1") -> dict[str, Any]:
    """A complete pack in the dropbox; returns the webhook that announces it."""
    files = {"mezzanine.mp4": STREAM, "subtitles/es.vtt": WEBVTT, "metadata.json": b"{}"}
    facts = {"delivery_id": "delivery-1", "episode_id": "episode-1", "revision": 1}
    listed = [{"path": path, "bytes": len(content), "sha256": sha256(content)} for path, content in files.items()]
    manifest = json.dumps({"format": "octavo-pack/1", **facts, "files": listed}).encode()
    files |= {"manifest.json": manifest, "_COMPLETE": f"{sha256(manifest)}\n".encode()}
    for path, content in files.items():
        (dropbox / folder / path).parent.mkdir(parents=True, exist_ok=True)
        (dropbox / folder / path).write_bytes(content)
    told = {**facts, "series_id": "series", "pack": folder, "manifest_sha256": sha256(manifest)}
    return {"type": "pack.delivered", "timestamp": "2026-11-22T12:00:00Z", "data": told}
