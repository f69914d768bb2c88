"""Uploads on real sockets to a real web process: broken off, killed, raced, and slow."""

import hashlib
import os
import signal
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cms.embedded import parts, statics
from cms.gates import SLOW_SLOTS
from studios.models import Studio
from studios.scope import scope
from tests.at_the_desk import desk
from tests.cms.processes import eventually
from tests.journeys.conftest import end, playing, start
from tests.journeys.wire import BYTES, Wire, answer_on
from titles.catalog.models import Episode, Series
from titles.jobs.models import Job
from titles.media.models import Master, Upload

__all__ = ["desk"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1024 * 1024
FILM = bytes.fromhex("00000018") + b"ftypisom" + os.urandom(4 * MEGABYTE)
HALF = len(FILM) // 2


@pytest.fixture
def door(transactional_db: None) -> Iterator[Any]:
    with parts.listen("127.0.0.1", 0) as opened:
        yield opened


@pytest.fixture
def web(door: Any) -> Iterator[Any]:
    statics.collect_if_changed()
    process = start(parts.web(door))
    yield process
    end(process)


@pytest.fixture
def wire(web: Any, door: Any, desk: Any, producer: Any) -> Iterator[Wire]:
    made = Wire(parts.address(door), desk(producer))
    yield made
    made.hang_up()


@pytest.fixture
def episode(lantern: Studio) -> Episode:
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="Heiress", original_language="en")
        return Episode.objects.create(series=series, number=1)


@pytest.fixture
def place(wire: Wire, lantern: Studio, episode: Episode) -> str:
    """The address of an upload that was begun."""
    return wire.create(lantern.pk, episode.pk, len(FILM))


def part_of(place: str) -> Path:
    studio, upload = place.strip("/").split("/")[-2:]
    return Path(settings.HOME) / "uploads" / studio / f"{upload}.part"


def upload_in(lantern: Studio) -> Upload:
    with scope(lantern):
        return Upload.objects.get()


def test_what_came_before_a_sender_went_away_is_kept_to_the_last_byte(wire, place, lantern):
    wire.patch_begun(place, FILM[:HALF], of_bytes=len(FILM)).close()

    assert eventually(lambda: wire.offset(place) == HALF)
    assert part_of(place).read_bytes() == FILM[:HALF]
    assert eventually(lambda: upload_in(lantern).held_until is None)
    assert wire.patch(place, FILM[HALF:], HALF).status == 204
    assert upload_in(lantern).state == Upload.State.COMPLETE


def test_a_piece_with_a_checksum_that_broke_off_is_not_kept(wire, place):
    digest = "sha1 " + "A" * 27 + "="
    connection_ = wire.begin(
        "PATCH", place, Content_Type=BYTES, Upload_Offset=0, Content_Length=len(FILM), Upload_Checksum=digest
    )
    connection_.sendall(FILM[:HALF])
    assert eventually(lambda: part_of(place).stat().st_size > 0)
    assert wire.offset(place) == 0
    connection_.close()

    assert eventually(lambda: part_of(place).stat().st_size == 0)
    assert wire.offset(place) == 0


def test_a_body_in_chunks_is_taken_and_one_that_breaks_off_is_kept_too(wire, place):
    def chunk(data: bytes) -> bytes:
        return f"{len(data):x}\r\n".encode() + data + b"\r\n"

    headers = {"Content_Type": BYTES, "Transfer_Encoding": "chunked"}
    broken = wire.begin("PATCH", place, Upload_Offset=0, **headers)
    broken.sendall(chunk(FILM[:MEGABYTE]) + f"{MEGABYTE:x}\r\n".encode() + b"half of it")
    broken.close()
    assert eventually(lambda: wire.offset(place) >= MEGABYTE)
    assert eventually(lambda: wire.patch(place, b"", wire.offset(place)).status == 204)
    there = wire.offset(place)
    whole = wire.begin("PATCH", place, Upload_Offset=there, **headers)
    whole.sendall(chunk(FILM[there:]) + b"0\r\n\r\n")

    assert answer_on(whole).status == 204
    assert part_of(place).read_bytes() == FILM


def test_a_server_that_is_killed_in_the_middle_of_a_body_has_kept_what_came(wire, web, door, place, lantern):
    wire.patch_begun(place, FILM[:HALF], of_bytes=len(FILM))
    assert eventually(lambda: part_of(place).stat().st_size > HALF - 2 * MEGABYTE)
    os.killpg(web.pid, signal.SIGKILL)
    web.wait(30)
    there = part_of(place).stat().st_size

    with playing(parts.web(door)):
        assert eventually(lambda: wire.offset(place) == there)
        # The dead server's lease ends by itself; nobody else may write before that.
        assert eventually(lambda: wire.patch(place, FILM[there:], there).status == 204)

    assert part_of(place).read_bytes() == FILM
    assert upload_in(lantern).state == Upload.State.COMPLETE


def test_a_sender_hears_why_a_file_is_refused_though_it_is_still_sending(wire, lantern, episode):
    place = wire.create(lantern.pk, episode.pk, 30 * MEGABYTE)

    answer = wire.patch(place, b"Dear editor,\n" * (2 * MEGABYTE))

    assert (answer.status, answer.body.decode()[:19]) == (415, "This is a text file")


def test_of_two_writers_one_is_told_to_wait(wire, place):
    slow = wire.patch_begun(place, FILM[:MEGABYTE], of_bytes=len(FILM))
    assert eventually(lambda: part_of(place).stat().st_size > 0)

    assert wire.patch(place, FILM).status in {409, 423}
    assert wire.ask("DELETE", place).status == 423
    slow.sendall(FILM[MEGABYTE:])
    assert answer_on(slow).status == 204
    assert part_of(place).read_bytes() == FILM


def test_eight_that_write_the_same_bytes_at_once_write_them_once(wire, place, lantern):
    together = threading.Barrier(8)

    def race(_number: int) -> int:
        together.wait()
        return wire.patch(place, FILM).status

    with ThreadPoolExecutor(8) as racers:
        statuses = sorted(racers.map(race, range(8)))

    assert statuses[0] == 204
    assert set(statuses[1:]) <= {409, 423, 503}
    assert part_of(place).read_bytes() == FILM
    with scope(lantern):
        assert Job.objects.filter(kind="take in").count() == 1


def test_a_writer_whose_lease_was_taken_writes_not_one_byte_more(wire, place):
    """Its bytes stop, its lease lapses, another goes on; then its bytes come after all."""
    stuck = wire.patch_begun(place, FILM[:MEGABYTE], of_bytes=len(FILM))
    assert eventually(lambda: wire.offset(place) == MEGABYTE)
    assert eventually(lambda: wire.patch(place, FILM[MEGABYTE:HALF], MEGABYTE).status == 204)

    stuck.sendall(b"other bytes" * 100_000)

    assert answer_on(stuck).status == 423
    assert part_of(place).read_bytes() == FILM[:HALF]


def test_slow_senders_never_stop_the_desk(wire, lantern, episode):
    """Every slow slot is taken by a sender who sends nothing more, of members and of strangers."""
    places = [wire.create(lantern.pk, episode.pk, len(FILM)) for _each in range(SLOW_SLOTS + 1)]
    for place in places[:SLOW_SLOTS]:
        wire.patch_begun(place, FILM[:MEGABYTE], of_bytes=len(FILM))
    assert eventually(lambda: all(part_of(place).stat().st_size > 0 for place in places[:SLOW_SLOTS]))
    stranger = Wire(wire.site, type(wire.client)())
    for _each in range(SLOW_SLOTS + 4):
        stranger.begin("POST", "/account/login/", Content_Type="application/x-www-form-urlencoded", Content_Length=900)

    refused = wire.patch(places[-1], FILM[:9])
    with urllib.request.urlopen(f"{wire.site}/healthz", timeout=10) as alive:  # noqa: S310 - loopback, opened by us
        assert alive.status == 200
    assert (refused.status, refused.headers["Retry-After"]) == (503, "3")
    assert [wire.ask("GET", "/admin/").status for _each in range(5)] == [200] * 5
    assert wire.offset(places[-1]) == 0
    stranger.hang_up()
    wire.hang_up()
    assert eventually(lambda: wire.patch(places[-1], FILM[:9]).status == 204)


def test_no_connection_to_the_database_is_held_while_bytes_come_in(wire, lantern, episode):
    places = [wire.create(lantern.pk, episode.pk, len(FILM)) for _each in range(SLOW_SLOTS)]

    for place in places:
        wire.patch_begun(place, FILM[:MEGABYTE], of_bytes=len(FILM))

    assert eventually(lambda: all(part_of(place).stat().st_size > 0 for place in places))
    assert eventually(lambda: _connections_in_a_transaction() == 0)


def _connections_in_a_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_what_has_arrived_becomes_a_master_by_the_workers(wire, place, lantern, until):
    with playing(parts.general()):
        assert wire.patch(place, FILM).status == 204
        until(Master.objects.exists)
        assert eventually(lambda: not part_of(place).exists())

    with scope(lantern):
        master = Master.objects.get()
        upload = Upload.objects.get()
        assert (master.pk, master.sha256, upload.state) == (
            upload.pk,
            hashlib.sha256(FILM).hexdigest(),
            Upload.State.TAKEN_IN,
        )
