"""Straight to a real bucket: begun and signed by us, sent past us, looked at by us."""

import hashlib
import json
import os
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from studios.scope import scope
from tests.titles.media.uploads.conftest import Tus
from titles.jobs.models import Job
from titles.media.models import Master, Upload
from titles.media.tasks import take_in_uploads
from titles.media.uploads import bucket
from titles.media.uploads.sweeping import sweep

FILM = bytes.fromhex("00000018") + b"ftypisom" + os.urandom(9 * 1024 * 1024)
PART = 8 * 1024 * 1024


@pytest.fixture
def masters(swift, settings, tus):
    """The bucket in which masters lie."""
    made = swift.bucket("uploads")
    settings.STORAGES = {**settings.STORAGES, "masters": swift.storage("uploads", location="masters")}
    yield made
    if not swift.is_up:
        swift.start()
    made.objects.all().delete()


def post(tus: Tus, path: str, content: object = None):
    return tus.client.post(path, json.dumps(content or {}), content_type="application/json")


def begun(tus: Tus, *, name: str = "EP01.mp4", size: int = len(FILM)):
    return post(tus, f"{tus.address}parts/", {"name": name, "size": size, "episode": tus.episode})


def put(tus: Tus, place: str, number: int, data: bytes) -> None:
    address = post(tus, f"{place}parts/{number}/").json()["address"]
    request = urllib.request.Request(address, data=data, method="PUT")  # noqa: S310 - a bucket of our own
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 200


def test_parts_in_the_bucket_become_a_master_without_passing_by(tus, masters, lantern):
    facts = begun(tus).json()
    put(tus, facts["address"], 1, FILM[:PART])
    there = tus.client.get(f"{facts['address']}parts/").json()["there"]
    put(tus, facts["address"], 2, FILM[PART:])

    assert (facts["partBytes"], facts["there"], there) == (PART, {}, {"1": PART})
    assert post(tus, f"{facts['address']}whole/").status_code == 204
    take_in_uploads()
    with scope(lantern):
        master = Master.objects.get()
        assert (master.sha256, master.size_bytes) == (hashlib.sha256(FILM).hexdigest(), len(FILM))
        assert [each.key for each in masters.objects.all()] == [f"masters/{master.file.name}"]
        assert Job.objects.get(kind="inspect").subject_id == master.pk


def test_what_is_not_all_there_is_not_made_whole(tus, masters, lantern):
    facts = begun(tus).json()
    put(tus, facts["address"], 1, FILM[:PART])

    answer = post(tus, f"{facts['address']}whole/")

    assert (answer.status_code, answer.content.decode()) == (409, "Some parts of the file have not arrived yet.")


def test_what_is_no_film_is_refused_and_leaves_nothing(tus, masters, lantern):
    facts = begun(tus, size=20).json()
    put(tus, facts["address"], 1, b"Dear editor, hello.\n")

    answer = post(tus, f"{facts['address']}whole/")

    assert answer.status_code == 415
    assert "text file" in answer.content.decode()
    assert list(masters.objects.all()) == []
    with scope(lantern):
        assert Upload.objects.get().state == "refused"


def test_an_upload_that_is_ended_or_given_up_leaves_no_parts(tus, masters, lantern):
    for _each in range(2):
        put(tus, begun(tus, size=PART).json()["address"], 1, FILM[:PART])
    with scope(lantern):
        first = Upload.objects.order_by("id").first()

    assert tus.send("DELETE", f"{tus.address}{first.pk}/").status_code == 204
    sweep(timezone.now() + timedelta(days=400))

    with scope(lantern):
        assert sorted(Upload.objects.values_list("state", flat=True)) == ["ended", "expired"]
    left = masters.meta.client.list_multipart_uploads(Bucket=masters.name, Prefix=f"masters/{lantern.pk}/")
    assert left.get("Uploads", []) == []


def test_somebody_elses_parts_look_like_none_at_all(tus, masters, desk, lantern, second_producer):
    place = begun(tus).json()["address"]
    other = Tus(desk(second_producer), lantern)

    assert [
        other.client.get(f"{place}parts/").status_code,
        post(other, f"{place}parts/1/").status_code,
        post(other, f"{place}whole/").status_code,
    ] == [404, 404, 404]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"name": "a.mp4", "size": 0}, 415),
        ({"name": "a.mp4", "size": 4 * 1024**3 + 1}, 413),
        ({"name": "a.mp4", "size": "9"}, 400),
        ({"name": "a.mp4", "size": 9, "episode": "nonsense"}, 404),
        ([], 400),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(tus, masters, lantern, content, status):
    if isinstance(content, dict):
        content = {"episode": tus.episode, **content}

    assert post(tus, f"{tus.address}parts/", content).status_code == status


def test_a_part_that_the_file_does_not_have_gets_no_address(tus, masters):
    place = begun(tus).json()["address"]

    assert [post(tus, f"{place}parts/{number}/").status_code for number in (0, 3)] == [409, 409]


def test_a_bucket_that_is_away_is_said_so(tus, masters, swift):
    place = begun(tus).json()["address"]
    swift.stop()

    answer = post(tus, f"{place}whole/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "3")


def test_an_upload_can_be_ended_while_the_bucket_is_away(tus, masters, lantern, swift):
    place = begun(tus).json()["address"]
    swift.stop()

    assert tus.send("DELETE", place).status_code == 204
    with scope(lantern):
        assert Upload.objects.get().state == "ended"


def test_what_was_made_whole_before_the_server_died_is_not_left_behind_when_it_is_ended(tus, masters, lantern):
    place = begun(tus, size=PART).json()["address"]
    put(tus, place, 1, FILM[:PART])
    with scope(lantern):
        upload = Upload.objects.get()
    bucket._join(upload)

    assert tus.send("DELETE", place).status_code == 204
    assert list(masters.objects.all()) == []
