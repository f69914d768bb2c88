"""How gunicorn serves Octavo: one process, many threads, on the socket that the supervisor listens on."""

from typing import Any

from gunicorn.http.unreader import SocketUnreader

from titles.jobs.children import die_with_parent
from titles.media.uploads.bodies import PIECE_BYTES

worker_class = "cms.embedded.worker.WebWorker"
workers = 1
threads = 32
preload_app = True  # the master and the worker share what they have loaded
control_socket_disable = True
graceful_timeout = 20
keepalive = 5


def post_fork(server: Any, worker: Any) -> None:
    """A server that is killed takes its worker with it."""
    die_with_parent()
    # What is read ahead is copied again with every piece that is taken of it: no further ahead than one piece.
    SocketUnreader.max_body_chunk = PIECE_BYTES
