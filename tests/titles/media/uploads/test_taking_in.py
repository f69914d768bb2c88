"""From arrived to master, and what the clock sweeps."""

import errno
import hashlib
import io
import os
from datetime import timedelta

import pytest
from django.utils import timezone

from studios.models import Studio
from studios.scope import scope
from tests.titles.media.uploads.conftest import FILM
from titles.jobs.models import Job
from titles.media import storing
from titles.media.models import Master, Upload
from titles.media.receiving import receive
from titles.media.tasks import take_in_uploads
from titles.media.uploads import parts
from titles.media.uploads.sweeping import sweep

HALF = len(FILM) // 2


@pytest.fixture
def arrived(tus, lantern) -> Upload:
    tus.begun(data=FILM)
    with scope(lantern):
        return Upload.objects.get()


def told(studio) -> dict[str, str]:
    """The state of the upload, and of the job that takes it in."""
    with scope(studio):
        job = Job.objects.filter(kind="take in").get()
        return {"upload": Upload.objects.get().state, "job": job.state, "error": job.error}


def test_what_has_arrived_becomes_a_master_that_is_checked_next(arrived, lantern, stores, producer):
    take_in_uploads()

    with scope(lantern):
        master = Master.objects.get()
        assert (master.pk, master.sha256, master.original_name, master.uploaded_by, master.number) == (
            arrived.pk,
            hashlib.sha256(FILM).hexdigest(),
            "EP01.mp4",
            producer,
            1,
        )
        assert Job.objects.get(kind="inspect").subject_id == master.pk
    assert told(lantern) == {"upload": "taken in", "job": "done", "error": ""}
    assert (stores / "masters" / master.file.name).read_bytes() == FILM
    assert not parts.path_of(arrived.part_name()).exists()


def test_nothing_is_copied_where_uploads_and_masters_lie_on_one_disk(arrived, stores):
    before = parts.path_of(arrived.part_name()).stat().st_ino

    take_in_uploads()

    assert [path.stat().st_ino for path in (stores / "masters").rglob("*.mp4")] == [before]


def test_on_another_disk_the_file_is_copied(arrived, stores, monkeypatch):
    def other_disk(*_paths):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", other_disk)
    take_in_uploads()

    assert [path.read_bytes() for path in (stores / "masters").rglob("*.mp4")] == [FILM]


def test_a_worker_that_died_after_any_step_is_followed_by_one_that_makes_the_same_master(arrived, lantern, stores):
    target = storing.on_disk(Master._meta.get_field("file").storage, f"{lantern.pk}/{arrived.pk}.mp4")
    target.parent.mkdir(parents=True)
    os.link(parts.path_of(arrived.part_name()), target)

    take_in_uploads()
    take_in_uploads()

    with scope(lantern):
        assert Master.objects.count() == 1
    assert told(lantern)["job"] == "done"


def test_a_file_that_the_episode_has_already_makes_no_second_master(tus, cut, lantern, stores, producer):
    first = receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)
    tus.begun(data=FILM)
    take_in_uploads()

    with scope(lantern):
        assert (Master.objects.get(), Upload.objects.get().master) == (first, first)
    assert len(list((stores / "masters").rglob("*.mp4"))) == 1


def test_bytes_that_a_power_cut_took_are_asked_for_again(arrived, tus, lantern):
    os.truncate(parts.path_of(arrived.part_name()), HALF)

    take_in_uploads()

    assert told(lantern) == {
        "upload": "receiving",
        "job": "failed",
        "error": "Not all of this file is on the disk any more. Resume its upload on the page of the series.",
    }
    place = f"{tus.address}{arrived.pk}/"
    assert tus.head(place)["Upload-Offset"] == str(HALF)
    assert tus.patch(place, FILM[HALF:], at=HALF).status_code == 204


def test_a_machine_that_does_not_have_the_bytes_leaves_them_to_another(arrived, lantern, settings, tmp_path):
    settings.UPLOADS_FOLDER = tmp_path / "elsewhere"

    take_in_uploads()

    found = told(lantern)
    assert (found["upload"], found["job"]) == ("complete", "waiting")
    assert "share the folder of uploads" in found["error"]


def later() -> object:
    return timezone.now() + timedelta(days=400)


def test_what_nobody_goes_on_with_is_given_up_with_its_bytes(tus, lantern, uploads_folder):
    tus.begun(data=FILM[:HALF])

    sweep(later())

    with scope(lantern):
        assert Upload.objects.get().state == "expired"
        assert [move.to_state for move in Upload.objects.get().moves()] == ["expired"]
    assert list(uploads_folder.rglob("*.part")) == []


def test_what_has_arrived_and_what_is_fresh_are_left_alone(arrived, tus, lantern, uploads_folder):
    tus.begun(data=FILM[:HALF])

    sweep(timezone.now())

    with scope(lantern):
        assert sorted(Upload.objects.values_list("state", flat=True)) == ["complete", "receiving"]
    assert len(list(uploads_folder.rglob("*.part"))) == 2


def test_a_file_that_is_whole_though_nobody_said_so_is_completed(tus, lantern, uploads_folder):
    tus.begun()
    next(uploads_folder.rglob("*.part")).write_bytes(FILM)

    sweep(later())

    with scope(lantern):
        assert Upload.objects.get().state == "complete"


def test_bytes_without_a_row_are_removed_when_they_are_old(lantern, uploads_folder):
    place = uploads_folder / str(lantern.pk) / "01936d2e-0000-7000-8000-000000000000.part"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"lost")

    sweep(timezone.now())
    assert place.exists()
    sweep(later())
    assert not place.exists()


def test_a_suspended_studio_keeps_the_bytes_that_it_has(tus, lantern, uploads_folder):
    tus.begun(data=FILM[:HALF])
    with scope(lantern):
        Studio.objects.filter(pk=lantern.pk).update(state="suspended")

    sweep(later())

    assert len(list(uploads_folder.rglob("*.part"))) == 1
