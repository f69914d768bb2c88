"""A web server for a folder: ranges of its files, and a page for each player that shall play them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.interop import MODULES
from titles.media.ranges import asked_slice

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": "video/mp4",
    ".mpd": "application/dash+xml",
    ".vtt": "text/vtt; charset=utf-8",
}
_PAGE = b'<!doctype html><meta charset="utf-8"><title>player</title><video muted width="180" height="320"></video>'


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve ``folder`` below /film/ and the npm packages below /npm/; yield the address."""
    places = {"film": folder, "npm": MODULES}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            place, _, name = self.path.lstrip("/").partition("?")[0].partition("/")
            path = places[place] / name if place in places else None
            content = _PAGE if path is None else path.read_bytes() if path.is_file() else None
            self._answer(content, path.suffix if path else ".html")

        def _answer(self, content: bytes | None, suffix: str) -> None:
            if content is None:
                self.send_error(404)
                return
            part = asked_slice(self.headers.get("Range", ""), len(content))
            body = content[part.first : part.last + 1] if part else content
            self.send_response(206 if part else 200)
            self.send_header("Content-Type", _TYPES.get(suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(body)))
            if part:
                self.send_header("Content-Range", f"bytes {part.first}-{part.last}/{len(content)}")
            self.end_headers()
            with suppress(ConnectionError):  # players change their minds
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
