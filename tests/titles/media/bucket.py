"""A bucket on loopback: hands its objects to whoever comes with a signature, as S3 does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Bucket:
    """Objects by their key, and where they can be fetched."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.address = ""

    def storage(self, location: str) -> dict[str, Any]:
        """What STORAGES says of a store that is a prefix of this bucket."""
        options = {"bucket_name": "octavo", "access_key": "key", "secret_key": "secret", "location": location}
        options |= {"endpoint_url": self.address, "signature_version": "s3v4", "region_name": "us-east-1"}
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


@contextmanager
def open_bucket() -> Iterator[Bucket]:
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            asked = urlsplit(self.path)
            signed = "Authorization" in self.headers or "X-Amz-Signature" in parse_qs(asked.query)
            content = bucket.objects.get(asked.path.removeprefix("/octavo/"))
            self.send_response(403 if not signed else 404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if with_body:
                self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
