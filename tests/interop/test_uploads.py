"""Programs that others wrote upload through a bad network and a server that is killed: every byte arrives."""

import hashlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cms.embedded import parts
from studios.models import Studio
from studios.scope import scope
from tests import interop
from tests.at_the_desk import desk
from tests.cms.processes import eventually
from tests.interop.cutting import BadNetwork, bad_network
from tests.journeys.conftest import end, start
from tests.journeys.wire import Wire
from titles.catalog.models import Episode, Series
from titles.media.models import Upload

__all__ = ["desk"]

FILM = bytes.fromhex("00000018") + b"ftypisom" + os.urandom(6_000_000)
SEED = 11

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LACKING = interop.missing("tus-js-client", "@uppy/core", "@uppy/tus")
needs_npm = pytest.mark.skipif(bool(LACKING), reason=f"programs of npm that upload (2 tests): {LACKING}")
needs_tuspy = pytest.mark.skipif(find_spec("tusclient") is None, reason="tuspy (1 test) is not installed")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "EP01.mp4"
    path.write_bytes(FILM)
    return path


@pytest.fixture
def episode(lantern: Studio) -> Episode:
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="Heiress", original_language="en")
        return Episode.objects.create(series=series, number=1)


@pytest.fixture
def network(transactional_db: None) -> Iterator[BadNetwork]:
    """A bad network before a server that is killed, and started again, when half of the film has passed."""
    with parts.listen("127.0.0.1", 0) as door, bad_network(door.getsockname(), cuts=4, seed=SEED) as network:
        processes = [start(parts.web(door))]
        over = threading.Event()

        def restart() -> None:
            eventually(lambda: network.passed_bytes > len(FILM) // 2)
            os.killpg(processes[0].pid, signal.SIGKILL)
            processes.append(start(parts.web(door)))
            over.wait()  # a process dies with the thread that started it

        killing = threading.Thread(target=restart)
        killing.start()
        yield network
        over.set()
        killing.join()
        for process in processes:
            end(process)
        assert len(processes) == 2


@pytest.fixture
def arrived(lantern: Studio, network: BadNetwork) -> Callable[[], str]:
    """The SHA-256 of what has arrived; all cuts were made by then."""

    def found() -> str:
        with scope(lantern):
            upload = Upload.objects.get(state=Upload.State.COMPLETE)
        assert network.cuts == 0
        return hashlib.sha256((Path(settings.HOME) / "uploads" / upload.part_name()).read_bytes()).hexdigest()

    return found


@pytest.fixture
def headers(desk: Any, producer: Any) -> dict[str, str]:
    told = Wire("", desk(producer)).headers()
    del told["Tus-Resumable"]
    return told


@needs_npm
@pytest.mark.parametrize("program", ["with_tus_js_client.mjs", "with_uppy.mjs"])
def test_a_program_of_npm_brings_every_byte(program, network, lantern, episode, film, headers, arrived):
    words, endpoint = {"filename": film.name, "episode": str(episode.pk)}, f"{network.address}/uploads/{lantern.pk}/"
    command = [interop.NODE, program, endpoint, film, json.dumps(headers), json.dumps(words)]

    done = subprocess.run(command, cwd=interop.FOLDER, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stderr) == (0, "")
    assert arrived() == hashlib.sha256(FILM).hexdigest()


@needs_tuspy
def test_tuspy_brings_every_byte(network, lantern, episode, film, headers, arrived):
    from tusclient.client import TusClient  # noqa: PLC0415 - not installed everywhere

    client = TusClient(f"{network.address}/uploads/{lantern.pk}/", headers=headers)
    uploader = client.uploader(
        str(film),
        chunk_size=500_000,
        metadata={"filename": film.name, "episode": str(episode.pk)},
        retries=60,
        retry_delay=0.25,
        upload_checksum=True,
    )

    uploader.upload()

    assert arrived() == hashlib.sha256(FILM).hexdigest()
