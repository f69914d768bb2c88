import errno
import hashlib
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from django.core.files.storage import storages

from titles.media import storing
from titles.media.bucketstore import StoreAway
from titles.media.storing import Missing, NoRoom

MB = 1_000_000
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(params=["stores", "in_bucket"])
def masters(request):
    """The store of masters: a folder, and a bucket."""
    request.getfixturevalue(request.param)
    return storages["masters"]


@pytest.fixture
def film(tmp_path):
    """A hundred megabytes that are nowhere alike."""
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        for _part in range(100):
            file.write(os.urandom(MB))
    return path


def peak_growth_bytes(work):
    """How much more memory this process had at the worst moment of ``work`` than before it."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from now on
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def digest_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_a_large_file_comes_and_goes_without_ever_being_in_memory(in_bucket, film, tmp_path):
    store = storages["masters"]
    (tmp_path / "hand").mkdir()
    store.exists("warm")  # what the libraries need themselves is loaded by now
    told = []

    def through():
        with film.open("rb") as pipe:
            storing.keep(store, "studio/pipe.mp4", pipe)

    grown = {
        "by name": peak_growth_bytes(lambda: storing.keep_file(store, "studio/film.mp4", film)),
        "through a pipe": peak_growth_bytes(through),
        "brought": peak_growth_bytes(lambda: told.append(storing.at_hand(store, "studio/film.mp4", tmp_path / "hand"))),
        "read": peak_growth_bytes(lambda: told.append(_read(store, "studio/pipe.mp4"))),
    }

    assert {way for way, size_bytes in grown.items() if size_bytes > 40 * MB} == set()
    assert digest_of(told[0]) == told[1] == digest_of(film)


def _read(store, name):
    with store.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_what_is_kept_is_at_hand(masters, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"film")
    storing.keep_file(masters, "studio/film.mp4", source)

    assert storing.at_hand(masters, "studio/film.mp4", tmp_path).read_bytes() == b"film"


def test_a_file_that_is_gone_is_missing(masters, tmp_path):
    with pytest.raises(Missing, match="restore it from a backup"):
        storing.at_hand(masters, "studio/film.mp4", tmp_path)


def test_a_store_that_does_not_answer_says_so_whatever_is_asked(in_bucket, film):
    store = storages["masters"]
    in_bucket.stop()

    for ask in (
        lambda: store.exists("film.mp4"),
        lambda: store.size("film.mp4"),
        lambda: store.open("film.mp4"),
        lambda: store.delete("film.mp4"),
        lambda: store.listdir(""),
        lambda: storing.keep_file(store, "film.mp4", film),
        lambda: storing.at_hand(store, "film.mp4", film.parent),
    ):
        with pytest.raises(StoreAway, match="The media store does not answer"):
            ask()


def test_a_full_disk_keeps_nothing_and_says_so(stores, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    store = storages["masters"]
    monkeypatch.setattr(os, "fsync", full)
    with (tmp_path / "film.mp4").open("wb+") as content, pytest.raises(NoRoom, match="disk of the media store is full"):
        storing.keep(store, "studio/film.mp4", content)

    assert [path for path in stores.rglob("*") if path.is_file()] == []


def test_nothing_is_taken_in_that_would_leave_too_little_room(stores, settings, monkeypatch):
    settings.LEAST_FREE_BYTES = 10 * MB
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(100 * MB, 75 * MB, 25 * MB))

    storing.room_for(15 * MB)
    with pytest.raises(NoRoom, match="no room for this file .15 MB."):
        storing.room_for(15 * MB + 1)


def test_a_disk_that_is_short_of_room_is_told(stores, settings):
    assert not storing.is_short_of_room()

    settings.LEAST_FREE_BYTES = shutil.disk_usage("/").total
    assert storing.is_short_of_room()
