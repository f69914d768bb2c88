"""The figures of `manage.py benchmark uploads`: one sender, the same bytes, into Octavo and into nginx."""

import base64
import contextlib
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from benchmarks import Figure
from benchmarks.inside.reference_load import say
from cms.embedded import parts
from studios.keys import new_id
from studios.models import Membership, Studio, User
from studios.roles import Role
from studios.scope import scope
from titles.catalog.models import Episode, Series
from titles.jobs.children import dying_with

MEGABYTE = 1_000_000
SMALL_BYTES = 10 * MEGABYTE
LARGE_BYTES = int(os.environ.get("BENCHMARK_LARGE_MB", "2000")) * MEGABYTE
ROUNDS = 5
CUTS = 10
SEED = 20_260_601
#: What the memory may grow by between a small and a large file: noise of the allocator.
_FLAT_MB = 8
#: At least half as good as nginx.
_MOST_TIMES_NGINX = 2
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_TOKEN = "t" * 32
_HEAD = bytes.fromhex("00000018") + b"ftypisom"
_BLOCK = _HEAD + os.urandom(1024 * 1024 - len(_HEAD))

_NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 0; client_body_temp_path {folder}/body;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; location / {{ dav_methods PUT; create_full_put_path on; }} }}
}}
"""


@dataclass(frozen=True)
class Cost:
    cpu_s: float
    wall_s: float


@dataclass
class Server:
    """A process that receives, with what it has cost."""

    process: subprocess.Popen[bytes]
    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def family(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_s(self) -> float:
        ticks = 0
        for pid in self.family():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks * _TICK_S

    def memory_mb(self) -> float:
        """The proportional share of its processes."""
        total_kb = 0
        for pid in self.family():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total_kb += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total_kb / 1000

    def ask(self, method: str, path: str, size_bytes: int = 0, **headers: object) -> tuple[int, dict[str, str]]:
        """Send a request with ``size_bytes`` of film, and return its status and headers."""
        with self.opened(method, path, size_bytes, **headers) as connection:
            left = size_bytes
            while left:
                connection.sendall(_BLOCK[:left])
                left -= min(left, len(_BLOCK))
            answer = HTTPResponse(connection, method=method)
            answer.begin()
            answer.read()
            return answer.status, dict(answer.getheaders())

    def opened(self, method: str, path: str, size_bytes: int, **headers: object) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=600)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {"Host": f"127.0.0.1:{self.port}", "Content-Length": size_bytes, **self.headers, **named}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return connection


def measure() -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    studio, episode, headers = _stocked()
    with _octavo(headers) as octavo:
        place = Place(octavo, studio, episode)
        yield from _memory(place)
        yield from _twice(place)
        yield from _beside_nginx(place)


@dataclass(frozen=True)
class Place:
    """Where uploads begin, and where their bytes lie."""

    server: Server
    studio: UUID
    episode: UUID

    def begin(self, size_bytes: int) -> str:
        told = {"filename": "EP01.mp4", "episode": str(self.episode)}
        words = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
        path = f"/uploads/{self.studio}/"
        status, headers = self.server.ask("POST", path, Upload_Length=size_bytes, Upload_Metadata=words)
        if status != 201:
            raise RuntimeError(f"an upload was not begun: {status}")
        return headers["Location"]

    def send(self, size_bytes: int) -> None:
        place = self.begin(size_bytes)
        status, _headers = self.server.ask("PATCH", place, size_bytes, **_piece(0))
        if status != 204:
            raise RuntimeError(f"an upload was not taken: {status}")
        self.part(place).unlink()  # nobody works here who would take it in

    def part(self, place: str) -> Path:
        return Path(settings.UPLOADS_FOLDER) / str(self.studio) / f"{place.strip('/').split('/')[-1]}.part"


def _piece(at_bytes: int) -> dict[str, object]:
    return {"Content_Type": "application/offset+octet-stream", "Upload_Offset": at_bytes}


def _stocked() -> tuple[UUID, UUID, dict[str, str]]:
    """A studio with an episode, and the headers of a producer who is signed in."""
    identity = new_id()
    with scope(identity):
        studio = Studio.objects.create(id=identity, name="Lantern", slug="lantern")
    producer = User.objects.create_user("pia@lantern.example", None, name="Pia Producer")
    with scope(studio):
        Membership.objects.create(user=producer, roles=[Role.PRODUCER])
        series = Series.objects.create(slug="heiress", title_en="Heiress", original_language="en")
        episode = Episode.objects.create(series=series, number=1)
    client = Client()
    client.force_login(producer)
    cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    headers = {"Cookie": f"{cookies}; csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN, "Tus-Resumable": "1.0.0"}
    return studio.pk, episode.pk, headers


@contextlib.contextmanager
def _octavo(headers: dict[str, str]) -> Iterator[Server]:
    with parts.listen("127.0.0.1", 0) as door:
        web = parts.web(door)
        process = subprocess.Popen(
            web.command,
            env={**os.environ, **web.environment},
            pass_fds=web.handles,
            preexec_fn=dying_with(os.getpid()),
            stderr=subprocess.DEVNULL,
        )
        yield from _running(
            Server(process, door.getsockname()[1], headers), lambda server: server.ask("GET", "/healthz")
        )


@contextlib.contextmanager
def _nginx(program: str) -> Iterator[Server]:
    """On the disk of the uploads."""
    folder = Path(settings.UPLOADS_FOLDER).parent / "nginx"
    (folder / "files").mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    as_root = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(as_root + _NGINX.format(folder=folder, port=port))
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf")],
        preexec_fn=dying_with(os.getpid()),
        stderr=subprocess.DEVNULL,
    )
    yield from _running(Server(process, port), lambda server: server.ask("GET", "/"))


def _running(server: Server, look: Callable[[Server], Any]) -> Iterator[Server]:
    """``server`` once it answers, for the length of the block."""
    ends_at_s = time.monotonic() + 60
    try:
        while True:
            try:
                look(server)
                break
            except OSError:
                if time.monotonic() > ends_at_s or server.process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(60)


def _memory(place: Place) -> Iterator[Figure]:
    place.send(SMALL_BYTES)  # whatever is loaded with the first request is loaded
    small, large = (_peak_mb(place, size) for size in (SMALL_BYTES, LARGE_BYTES))
    yield Figure("memory while 10 MB arrive, three times", small, "MB")
    yield Figure(f"memory while {LARGE_BYTES // MEGABYTE} MB arrive", large, "MB")
    yield Figure("difference", abs(large - small), "MB", _FLAT_MB)


def _peak_mb(place: Place, size_bytes: int) -> float:
    """The most memory while files of this size arrive."""
    over = threading.Event()
    seen: list[float] = []

    def watch() -> None:
        while not over.is_set():
            seen.append(place.server.memory_mb())
            over.wait(0.05)

    watching = threading.Thread(target=watch)
    watching.start()
    for _each in range(3 if size_bytes == SMALL_BYTES else 1):
        place.send(size_bytes)
    over.set()
    watching.join()
    return max(seen)


def _twice(place: Place) -> Iterator[Figure]:
    """Break off ten times, go on where the server says, and count what was stored and is asked for again."""
    chance, again, size_bytes = random.Random(SEED), 0, 100 * MEGABYTE  # noqa: S311 - a seed makes it repeatable
    upload, at = place.begin(size_bytes), 0
    for _cut in range(CUTS):
        length = chance.randrange(MEGABYTE, 9 * MEGABYTE)
        with place.server.opened("PATCH", upload, size_bytes - at, **_piece(at)) as connection:
            connection.sendall((_BLOCK * 9)[:length])
        time.sleep(0.5)
        stored = place.part(upload).stat().st_size
        _status, headers = place.server.ask("HEAD", upload)
        at = int(headers["Upload-Offset"])
        again += stored - at
    yield Figure(f"bytes sent again beyond the last stored one ({CUTS} cuts)", again, "bytes", 0)


def _beside_nginx(place: Place) -> Iterator[Figure]:
    """In turns, so that whatever else the machine does meets both alike."""
    octavo_costs = []
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        say("nginx is not installed: nothing to compare with (apt install nginx-light)")
        octavo_costs = [_cost(place.server, lambda: place.send(LARGE_BYTES)) for _round in range(ROUNDS)]
        yield from _per_gb("Octavo", octavo_costs)
        return
    with _nginx(program) as nginx:
        nginx_costs = []
        for _round in range(ROUNDS):
            octavo_costs.append(_cost(place.server, lambda: place.send(LARGE_BYTES)))
            nginx_costs.append(_cost(nginx, lambda: _put(nginx)))
    yield from _per_gb("Octavo", octavo_costs)
    yield from _per_gb("nginx", nginx_costs)
    pairs = list(zip(octavo_costs, nginx_costs, strict=True))
    cpu = median(ours.cpu_s / theirs.cpu_s for ours, theirs in pairs)
    wall = median(ours.wall_s / theirs.wall_s for ours, theirs in pairs)
    yield Figure("processor time per GB, Octavo / nginx", cpu, "x", _MOST_TIMES_NGINX)
    yield Figure("time per GB until it is on the disk, Octavo / nginx", wall, "x", _MOST_TIMES_NGINX)


def _put(nginx: Server) -> None:
    """nginx says that it has a file before the disk does; Octavo says so afterwards."""
    status, _headers = nginx.ask("PUT", "/EP01.mp4", LARGE_BYTES)
    if status not in {201, 204}:
        raise RuntimeError(f"nginx did not take the file: {status}")
    file = Path(settings.UPLOADS_FOLDER).parent / "nginx" / "files" / "EP01.mp4"
    with file.open("rb+") as stored:
        os.fsync(stored.fileno())
    file.unlink()


def _cost(server: Server, work: Callable[[], None]) -> Cost:
    began_cpu_s, began_s = server.cpu_s(), time.monotonic()
    work()
    return Cost(server.cpu_s() - began_cpu_s, time.monotonic() - began_s)


def _per_gb(name: str, costs: list[Cost]) -> Iterator[Figure]:
    gigabytes = LARGE_BYTES / 1e9
    yield Figure(f"{name}, processor time per GB", median(each.cpu_s for each in costs) / gigabytes, "s")
    yield Figure(f"{name}, throughput", LARGE_BYTES / MEGABYTE / median(each.wall_s for each in costs), "MB/s")
