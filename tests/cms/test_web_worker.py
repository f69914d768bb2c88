"""Connections that do not get on, against a web process of four threads and little patience."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.cms.processes import ROOT, eventually

_CONFIGURATION = """
from cms.embedded import worker
worker.HEAD_PATIENCE_S = worker.PATIENCE_S = 1.0
worker_class, workers, threads, control_socket_disable = worker.WebWorker, 1, 4, True
"""
_APPLICATION = """
def application(environ, start):
    if environ["PATH_INFO"] == "/film":
        start("200 OK", [("Content-Length", "100000000")])
        return environ["wsgi.file_wrapper"](open("film", "rb"))
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
HEAD = b"GET /%s HTTP/1.1\r\nHost: desk\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "conf.py").write_text(_CONFIGURATION)
    (tmp_path / "small.py").write_text(_APPLICATION)
    with (tmp_path / "film").open("wb") as film:
        film.truncate(100_000_000)
    with socket.create_server(("127.0.0.1", 0)) as door:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "conf.py", "-b", f"fd://{door.fileno()}", "small:application"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
            pass_fds=(door.fileno(),),
        )
        yield door.getsockname()[1]
        process.terminate()
        process.wait(20)


def answers_in_s(port: int) -> float:
    began_s = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"ok"
    connection.close()
    return time.monotonic() - began_s


def opened(port: int, sent: bytes, count: int) -> list[socket.socket]:
    sockets = [socket.create_connection(("127.0.0.1", port)) for _each in range(count)]
    for each in sockets:
        each.sendall(sent)
    return sockets


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(HEAD % b"" + b"X-Half: ", id="half a head"),
        pytest.param(HEAD % b"film" + b"\r\n", id="a film that is not read"),
        pytest.param(HEAD % b"" + b"Connection: close\r\n\r\n", id="nobody hangs up"),
    ],
)
def test_connections_that_do_not_get_on_keep_no_thread(port, sent):
    assert eventually(lambda: answers_in_s(port) >= 0)
    held = opened(port, sent, 8)

    assert answers_in_s(port) < 12

    for each in held:
        each.close()
