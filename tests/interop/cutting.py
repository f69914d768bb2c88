"""A stretch of bad network on loopback: connections through it break off after some bytes."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class BadNetwork:
    """Passes everything on to ``target``; ``cuts`` connections break off after a random number of bytes sent."""

    target: tuple[str, int]
    cuts: int
    chance: random.Random
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    passed_bytes: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.door.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self.target, timeout=30)
        except OSError:
            client.close()
            return
        threading.Thread(target=self._pass_back, args=(server, client), daemon=True).start()
        left = self.chance.randrange(20_000, 900_000) if self.cuts else None
        with suppress(OSError):
            while data := client.recv(16_384):
                server.sendall(data)
                self.passed_bytes += len(data)
                if left is not None and (left := left - len(data)) < 0:
                    self.cuts -= 1
                    break
        for end in (client, server):
            _hang_up(end)

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(16_384):
                client.sendall(data)
        _hang_up(client)


def _hang_up(end: socket.socket) -> None:
    """At once: to close it would wait for whoever reads from it."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad_network(target: tuple[str, int], *, cuts: int, seed: int) -> Iterator[BadNetwork]:
    network = BadNetwork(target, cuts, random.Random(seed))
    threading.Thread(target=network.serve, daemon=True).start()
    try:
        yield network
    finally:
        network.door.close()
