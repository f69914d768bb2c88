"""What an authenticator app does: a code from a secret and the time (RFC 6238)."""

import base64
import hmac
import struct
import time

PERIOD_S = 30


def code_for(secret: str, *, at_s: float | None = None) -> str:
    """The six digits of now, or of ``at_s`` seconds since 1970."""
    counter = int(time.time() if at_s is None else at_s) // PERIOD_S
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
