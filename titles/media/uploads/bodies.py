"""The body of a request as it comes off the socket, in small pieces, and whether it came whole."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from gunicorn.http.errors import ParseException

PIECE_BYTES = 64 * 1024
"""No more than this of a body is in memory at a time."""

IDLE_S = 30.0
"""A sender of whom nothing is heard for this long has gone."""

#: What is refused is still listened to, this far and this long: a sender who is cut off does not hear the answer.
_LISTENED_BYTES, _LISTENED_S, _PATIENT_S = 40 * 1024 * 1024, 5.0, 1.0


class Body:
    """What a client sends, of declared length or in chunks; a sender who goes away merely ends it early."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._input = environ["wsgi.input"]
        self._socket = environ.get("gunicorn.socket")
        self._is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        length = environ.get("CONTENT_LENGTH") or "0"
        #: How long it says it is; None for a body in chunks.
        self.length_bytes = None if self._is_chunked else int(length) if length.isdecimal() else 0
        self._left = self.length_bytes
        #: Whether the sender went away before the end of it.
        self.is_short = False

    def is_empty(self) -> bool:
        return self.length_bytes == 0

    def pieces(self, patience_s: float = IDLE_S) -> Iterator[bytes]:
        """What there is of the body, as it comes. Afterwards ``is_short`` is known."""
        self._be_patient(patience_s)
        try:
            while self._left is None or self._left > 0:
                piece = self._input.read(PIECE_BYTES if self._left is None else min(PIECE_BYTES, self._left))
                if not piece:
                    break
                self._left = None if self._left is None else self._left - len(piece)
                yield piece
            self.is_short = bool(self._left)
        except (OSError, ParseException):  # gone, silent for too long, or a chunk that is none
            self.is_short = True
        finally:
            self._be_patient(None)

    def listen_on(self) -> None:
        """Read what is still sent though it is of no use, for a while."""
        heard_bytes, ends_at_s = 0, time.monotonic() + _LISTENED_S
        if self.is_short or (self._left or 0) > _LISTENED_BYTES:
            return
        for piece in self.pieces(_PATIENT_S):
            heard_bytes += len(piece)
            if heard_bytes > _LISTENED_BYTES or time.monotonic() > ends_at_s:
                return

    def _be_patient(self, patience_s: float | None) -> None:
        if self._socket is not None:
            self._socket.settimeout(patience_s)
