"""Requests by hand, on sockets that are as slow, or as short-lived, as a story needs."""

import base64
import socket
from dataclasses import dataclass, field
from http.client import HTTPResponse
from urllib.parse import urlsplit

from django.test import Client

BYTES = "application/offset+octet-stream"
_TOKEN = "t" * 32


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """A signed-in program's connections to a real web process; ``client`` lends its session."""

    site: str
    client: Client
    sockets: list[socket.socket] = field(default_factory=list)

    def headers(self) -> dict[str, str]:
        kept = {name: each.value for name, each in self.client.cookies.items()} | {"csrftoken": _TOKEN}
        cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
        return {"Cookie": cookies, "X-CSRFToken": _TOKEN, "Tus-Resumable": "1.0.0"}

    def begin(self, method: str, path: str, **headers: object) -> socket.socket:
        """Send a request as far as its body."""
        address = urlsplit(self.site)
        connection = socket.create_connection((address.hostname or "", address.port or 0), timeout=60)
        self.sockets.append(connection)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {"Host": address.netloc, **self.headers(), **named}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return connection

    def ask(self, method: str, path: str, data: bytes = b"", **headers: object) -> Answer:
        length = {} if method in {"GET", "HEAD"} else {"Content_Length": len(data)}
        connection = self.begin(method, path, **length, **headers)
        connection.sendall(data)
        return answer_on(connection, method)

    def create(self, studio: object, episode: object, size_bytes: int, name: str = "EP01.mp4") -> str:
        """Begin an upload and return its address."""
        told = {"filename": name, "episode": str(episode)}
        words = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
        made = self.ask("POST", f"/uploads/{studio}/", Upload_Length=size_bytes, Upload_Metadata=words)
        return made.headers["Location"]

    def patch(self, path: str, data: bytes, at: int = 0, **headers: object) -> Answer:
        return self.ask("PATCH", path, data, Content_Type=BYTES, Upload_Offset=at, **headers)

    def patch_begun(self, path: str, data: bytes, *, of_bytes: int, at: int = 0) -> socket.socket:
        """Send the first ``data`` of a piece of ``of_bytes``, and keep the connection."""
        connection = self.begin("PATCH", path, Content_Type=BYTES, Upload_Offset=at, Content_Length=of_bytes)
        connection.sendall(data)
        return connection

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["Upload-Offset"])

    def hang_up(self) -> None:
        for connection in self.sockets:
            connection.close()


def answer_on(connection: socket.socket, method: str = "GET") -> Answer:
    with HTTPResponse(connection, method=method) as response:
        response.begin()
        return Answer(response.status, dict(response.getheaders()), response.read())
