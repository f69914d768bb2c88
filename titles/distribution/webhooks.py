"""Webhooks after Standard Webhooks 1.0.0: signing, and sending one to a checked address without redirects."""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from titles.distribution.addresses import NoSuchHost, NotPublic, connected, public_addresses

TIMEOUT_S = 15.0
#: How much of an answer is kept for the ledger.
MOST_ANSWER_BYTES = 4096

_PORTS = {"http": 80, "https": 443}


class NotSent(Exception):
    """No answer was received; the text is one plain sentence."""


class WrongAddress(Exception):
    """The address can never be sent to; the text is one plain sentence."""


@dataclass(frozen=True)
class Answer:
    """What the partner said: the status, and the beginning of the body as text."""

    status: int
    body: str

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The partner wants no webhooks at this address any more."""
        return self.status == http.client.GONE


def signed_headers(*, secret: str, message_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The headers of one sending. ``secret`` is ``whsec_`` and base64; the id stays the same over retries.

    >>> headers = signed_headers(
    ...     secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...     timestamp_s=1614265330, body=b'{"test": 2432232314}')
    >>> headers["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": f"v1,{signature}",
    }


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private_hosts: Collection[str] = (),
    timeout_s: float = TIMEOUT_S,
) -> Answer:
    """Send ``body`` and return the answer, whatever its status. Everything together takes ``timeout_s`` at most.

    Redirects are not followed. Plain http is for ``private_hosts`` only. Raises WrongAddress and NotSent.
    """
    try:
        parts = urlsplit(address)
    except ValueError as reason:
        raise WrongAddress(f"The webhook address cannot be read ({reason}).") from None
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in private_hosts):
        raise WrongAddress("The webhook address has to begin with https://.")
    try:
        port = parts.port or _PORTS[parts.scheme]
        addresses = public_addresses(host, port, private_hosts=private_hosts)
    except (NotPublic, ValueError) as reason:
        raise WrongAddress(str(reason)) from reason
    except NoSuchHost as reason:
        raise NotSent(str(reason)) from reason
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _connected(parts.scheme, host, port, addresses, timeout_s)
        with closing(connection), _ended_after(timeout_s, connection.sock):
            connection.request("POST", target, body, {"user-agent": "Octavo", **headers})
            response = connection.getresponse()
            return Answer(response.status, _text(response.read(MOST_ANSWER_BYTES)))
    except (OSError, http.client.HTTPException) as reason:
        raise NotSent(f"{host} did not answer ({_in_words(reason)}).") from reason


def _connected(scheme: str, host: str, port: int, addresses: list[str], timeout_s: float) -> http.client.HTTPConnection:
    """A connection to one of the checked ``addresses``: the name is not resolved a second time."""
    sock = connected(addresses, port, timeout_s)
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port)
    else:
        sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        connection = http.client.HTTPSConnection(host, port)
    connection.sock = sock
    return connection


@contextmanager
def _ended_after(timeout_s: float, sock: socket.socket) -> Iterator[None]:
    """Hang up after ``timeout_s``, however slowly the other side dribbles (a socket's own timeout is per read).

    Raises TimeoutError then: half an answer may look like a whole one.
    """
    hung_up = threading.Event()

    def hang_up() -> None:
        hung_up.set()
        with suppress(OSError):  # it ended by itself in this very moment
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    clock = threading.Timer(timeout_s, hang_up)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
    if hung_up.is_set():
        raise TimeoutError(f"no whole answer within {timeout_s:g} seconds")


def _text(head: bytes) -> str:
    return head.decode("utf-8", errors="replace").replace("\0", "\ufffd")


def _in_words(reason: Exception) -> str:
    return str(reason) or type(reason).__name__
