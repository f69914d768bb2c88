"""What the headers of tus 1.0 say: numbers, the client's words about the file, checksums. Knows no Django."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

ALGORITHMS = ("sha1", "sha256")
_MOST_LETTERS = 8_192
_MOST_DIGITS = 15


class BadHeader(Exception):
    """A header that says nothing that could be acted upon; the text names it."""


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request have to amount to."""

    algorithm: str
    wanted: bytes

    def begun(self) -> Any:
        """A hash that the bytes are fed to."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def number(name: str, text: str | None) -> int:
    """A size in bytes. Raises BadHeader.

    >>> number("Upload-Offset", "0")
    0
    """
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise BadHeader(f"{name} has to be a whole number of bytes.")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """The pairs of Upload-Metadata; a key may stand alone. Raises BadHeader.

    >>> metadata("filename RVAwMS5tcDQ=,urgent")
    {'filename': 'EP01.mp4', 'urgent': ''}
    """
    if len(text) > _MOST_LETTERS:
        raise BadHeader("Upload-Metadata is too long.")
    found: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else []:
        key, _space, value = pair.strip().partition(" ")
        if not key or not key.isascii() or key in found:
            raise BadHeader("Upload-Metadata has a key that is empty, not ASCII, or there twice.")
        found[key] = _decoded(value)
    return found


def _decoded(value: str) -> str:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise BadHeader("Upload-Metadata has a value that is not Base64 of UTF-8.") from None
    if "\0" in text:
        raise BadHeader("Upload-Metadata has a value with a zero byte.")
    return text


def checksum(text: str | None) -> Checksum | None:
    """What Upload-Checksum asks for. Raises BadHeader.

    >>> checksum("sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=").algorithm
    'sha1'
    """
    if text is None:
        return None
    algorithm, _space, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadHeader(f"Upload-Checksum may use {' or '.join(ALGORITHMS)}.")
    try:
        wanted = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        wanted = b""
    if len(wanted) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise BadHeader("Upload-Checksum has to be the name of the algorithm, a space, and the digest as Base64.")
    return Checksum(algorithm, wanted)
