"""The worker of gunicorn that serves Octavo: none of its threads waits for ever, and its loop not at all.

gunicorn's own does: some dozens of connections that send half a header, or that read nothing of a film, hold every
thread there is; and its loop, which accepts for all, stands still for two seconds whenever somebody does not hang up.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_PATIENCE_S = 10.0
"""A head is one or two packets; the first five seconds of these may pass before its first byte."""

PATIENCE_S = 120.0
"""So long may nothing at all move, in either direction, once a request is answered."""

_HANG_UP_S, _HANG_UP_BYTES = 2.0, 64 * 1024


class WebWorker(ThreadWorker):
    """Hangs up on whoever does not get on."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_due_s: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        self._head_due_s[conn] = time.monotonic() + HEAD_PATIENCE_S
        try:
            goes_on = super().handle(conn)
        finally:
            self._head_due_s.pop(conn, None)
        if goes_on is False:
            _say_goodbye(conn.sock)
        return goes_on

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer what came; a body that comes slowly has slots of its own (cms.gates)."""
        self._head_due_s.pop(conn, None)
        conn.sock.settimeout(PATIENCE_S)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            return False

    def murder_pending(self) -> None:
        """What the loop calls every second."""
        super().murder_pending()
        for conn, due_s in self._head_due_s.copy().items():
            if due_s < time.monotonic():
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


def _say_goodbye(connection: socket.socket) -> None:
    """Wait in this thread until the other side has read all: the loop, which closes it, has nothing to wait for."""
    until_s, heard_bytes = time.monotonic() + _HANG_UP_S, 0
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        while heard_bytes < _HANG_UP_BYTES and (left_s := until_s - time.monotonic()) > 0:
            connection.settimeout(left_s)
            heard = connection.recv(4096)
            if not heard:
                return
            heard_bytes += len(heard)
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)
