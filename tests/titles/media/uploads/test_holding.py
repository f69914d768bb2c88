"""Who writes to an upload when its first writer stalls: the bytes of the second are nobody's to take back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from studios.models import Studio
from studios.scope import scope
from tests.titles.media.uploads.conftest import FILM
from titles.media.models import Upload
from titles.media.models.upload import LostHold
from titles.media.uploads import arriving, headers, parts
from titles.media.uploads.sweeping import sweep

HALF = len(FILM) // 2
CHECKSUM = headers.checksum("sha1 " + "A" * 27 + "=")


@pytest.fixture
def place(tus) -> str:
    return tus.begun()


def found(studio: Studio) -> Upload:
    with scope(studio):
        return Upload.objects.get()


def empty(studio: Studio) -> Upload:
    with scope(studio):
        return Upload.objects.get(offset_bytes=0)


def lapse(studio: Studio) -> None:
    with scope(studio):
        Upload.objects.update(held_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("sent", [HALF, len(FILM)])
def test_a_stalled_writer_whose_checksum_is_wrong_takes_nothing_back_from_the_next(tus, place, lantern, producer, sent):
    def stalls() -> Iterator[bytes]:
        lapse(lantern)
        assert tus.patch(place, FILM[:sent]).status_code == 204
        yield from ()

    with pytest.raises(LostHold):
        arriving.go_on(found(lantern), stalls(), at_bytes=0, by=producer, checksum=CHECKSUM)

    assert parts.path_of(found(lantern).part_name()).read_bytes() == FILM[:sent]


def test_bytes_without_a_checksum_count_though_those_before_came_with_one(tus, place, lantern, producer):
    with scope(lantern):
        Upload.objects.update(unverified_from_bytes=0)
    counted: list[int] = []

    def pieces() -> Iterator[bytes]:
        yield FILM[:HALF]
        counted.append(arriving.arrived_bytes(found(lantern)))

    arriving.go_on(found(lantern), pieces(), at_bytes=0, by=producer)

    assert counted == [HALF]


def test_a_full_disk_keeps_nothing_from_being_given_up_or_said_to_be_whole(
    tus, place, lantern, settings, uploads_folder
):
    tus.begun(data=FILM[:HALF])
    parts.path_of(empty(lantern).part_name()).write_bytes(FILM)
    settings.LEAST_FREE_BYTES = 10**18

    sweep(timezone.now() + timedelta(days=400))

    with scope(lantern):
        assert sorted(Upload.objects.values_list("state", flat=True)) == ["complete", "expired"]
