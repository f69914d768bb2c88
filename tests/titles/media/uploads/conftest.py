import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from studios.models import Studio, User
from tests.at_the_desk import desk, statics_from_the_tree

__all__ = ["desk", "statics_from_the_tree"]

FILM = bytes.fromhex("00000018") + b"ftypisom" + bytes(range(256)) * 100
BYTES = "application/offset+octet-stream"


def words(**pairs: str) -> str:
    """Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


class Tus:
    """A person's program that speaks tus, header by header; whatever a case leaves out is as it should be."""

    def __init__(self, client: Client, studio: Studio, episode: Any = None) -> None:
        self.client = client
        self.address = f"/uploads/{studio.pk}/"
        self.episode = str(episode.pk) if episode else ""

    def send(self, method: str, path: str, data: bytes = b"", *, content_type: str = "", **headers: str | None) -> Any:
        told = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}
        # The client of the tests says no type of an empty body by itself; programs do.
        return self.client.generic(
            method,
            path,
            data,
            content_type=content_type,
            headers={name: value for name, value in told.items() if value is not None},
            CONTENT_TYPE=content_type,
        )

    def create(self, size_bytes: int | str = len(FILM), data: bytes = b"", **headers: str | None) -> Any:
        named = {"episode": self.episode} if self.episode else {}
        told = {"Upload_Length": str(size_bytes), "Upload_Metadata": words(filename="EP01.mp4", **named), **headers}
        return self.send("POST", self.address, data, content_type=BYTES if data else "", **told)

    def begun(self, size_bytes: int = len(FILM), data: bytes = b"") -> str:
        """The address of an upload that was begun."""
        return self.create(size_bytes, data)["Location"]

    def patch(self, path: str, data: bytes, at: int | str = 0, **headers: str | None) -> Any:
        return self.send("PATCH", path, data, **{"content_type": BYTES, "Upload_Offset": str(at), **headers})

    def head(self, path: str) -> Any:
        return self.send("HEAD", path)


@pytest.fixture
def uploads_folder(settings: Any, tmp_path: Path) -> Path:
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    settings.LEAST_FREE_BYTES = 0
    return settings.UPLOADS_FOLDER


@pytest.fixture
def tus(lantern: Studio, uploads_folder: Path, cut: Any, desk: Callable[[User], Client], producer: User) -> Tus:
    """The producer's program, which uploads the first episode of the heiress."""
    return Tus(desk(producer), lantern, cut.episode)
