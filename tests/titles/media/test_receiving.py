import hashlib
import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from studios.models import Change
from studios.scope import scope
from tests.titles.media import footage
from tests.titles.media.conftest import make_cut
from titles.jobs.models import Job
from titles.media.models import Master
from titles.media.receiving import NoRoom, TooLarge, receive
from titles.media.sniffing import NotFilm

FILM = bytes.fromhex("00000018") + b"ftypisom" + bytes(20_000)
MATROSKA = b"\x1aE\xdf\xa3" + bytes(8) + b"\x42\x82\x88matroska" + bytes(20_000)


def files(stores) -> list[str]:
    return sorted(str(path.relative_to(stores)) for path in stores.rglob("*") if path.is_file())


def test_a_master_is_kept_byte_for_byte_under_a_name_of_our_own(cut, stores, producer):
    master = receive(io.BytesIO(FILM), cut=cut, name="../../Final cut (3).mov", by=producer)

    path = f"masters/{cut.studio_id}/{master.pk}.mp4"
    assert files(stores) == [path]
    assert (stores / path).read_bytes() == FILM
    assert (master.sha256, master.size_bytes) == (hashlib.sha256(FILM).hexdigest(), len(FILM))


def test_the_row_remembers_who_brought_it_and_what_they_called_it(cut, producer):
    master = receive(io.BytesIO(FILM), cut=cut, name="C:\\exports\\第一集.mov", by=producer)

    with scope(cut.studio_id):
        kept = Master.objects.get()
        assert (kept.number, kept.original_name, kept.uploaded_by, kept.state) == (
            1,
            "第一集.mov",
            producer,
            "received",
        )
        assert kept.file.name == f"{cut.studio_id}/{master.pk}.mp4"


def test_matroska_is_named_as_such(cut, producer):
    assert receive(io.BytesIO(MATROSKA), cut=cut, name="a.mp4", by=producer).file.name.endswith(".mkv")


def test_what_a_browser_uploads_is_taken(cut, stores, producer):
    master = receive(SimpleUploadedFile("a.mp4", FILM), cut=cut, name="a.mp4", by=producer)

    assert (stores / "masters" / master.file.name).read_bytes() == FILM


def test_an_inspection_is_asked_for(cut, producer):
    master = receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)

    with scope(cut.studio_id):
        assert list(Job.objects.values_list("kind", "subject_id", "state")) == [("inspect", master.pk, "waiting")]


def test_the_audit_knows_person_and_door(cut, producer):
    master = receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)

    with scope(cut.studio_id):
        assert Change.objects.filter(row_id=master.pk).values_list("person", "door").get() == (producer.pk, "import")


def test_masters_of_a_cut_are_numbered(cut, producer):
    numbers = [receive(io.BytesIO(FILM + bytes([n])), cut=cut, name="a.mp4", by=producer).number for n in range(3)]

    assert numbers == [1, 2, 3]


def test_the_same_file_is_kept_once_for_a_cut(cut, stores, producer):
    first = receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)
    again = receive(io.BytesIO(FILM), cut=cut, name="b.mp4", by=producer)

    assert (again.pk, again.original_name) == (first.pk, "a.mp4")
    assert files(stores) == [f"masters/{first.file.name}"]


def test_the_same_file_may_be_the_master_of_another_cut(cut, lantern, producer):
    other = make_cut(lantern, slug="twin")
    first = receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)
    second = receive(io.BytesIO(FILM), cut=other, name="a.mp4", by=producer)

    assert (first.cut, first.number, second.cut, second.number) == (cut, 1, other, 1)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "The file is empty. Upload it again."),
        (b"Dear editor,\n", "This is a text file, not a film. Export the episode as MP4 or MOV and upload that."),
        (b"#EXTM3U\n", "This is an HLS playlist, not a film. Export the episode as MP4 or MOV and upload that."),
    ],
)
def test_what_is_no_film_is_refused_with_a_sentence_and_leaves_nothing(cut, stores, producer, head, sentence):
    with pytest.raises(NotFilm) as refusal:
        receive(io.BytesIO(head), cut=cut, name="episode.mp4", by=producer)

    assert str(refusal.value) == sentence
    assert files(stores) == []


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(cut, stores, producer, settings):
    settings.MASTER_MOST_BYTES = 10_000

    with pytest.raises(TooLarge, match="larger than"):
        receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)
    assert files(stores) == []


def test_a_file_of_exactly_the_limit_is_taken(cut, producer, settings):
    settings.MASTER_MOST_BYTES = len(FILM)

    assert receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer).size_bytes == len(FILM)


def test_a_store_that_cannot_be_written_is_named_with_its_reason(cut, stores, producer):
    stores.mkdir()
    (stores / "masters").write_text("a file where the folder should be")

    with pytest.raises(NoRoom, match=r"could not be stored \(Not a directory\)"):
        receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)


def test_a_row_that_cannot_be_made_leaves_no_file(cut, stores, producer, outsider):
    with scope(cut.studio_id):
        type(cut).objects.filter(pk=cut.pk).delete()

    with pytest.raises(type(cut).DoesNotExist):
        receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)
    assert files(stores) == []


def test_an_open_scope_is_used(cut, producer):
    with scope(cut.studio_id, person=producer, door="admin"):
        master = receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)

        assert Change.objects.filter(row_id=master.pk).values_list("door", flat=True).get() == "admin"


def test_another_studio_sees_no_master(cut, producer, harbor):
    receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer)

    with scope(harbor):
        assert list(Master.objects.all()) == []


@pytest.mark.django_db(transaction=True)
def test_two_people_uploading_at_once_get_two_numbers(cut, producer):
    numbers = together(lambda n: receive(io.BytesIO(FILM + bytes([n])), cut=cut, name="a.mp4", by=producer).number)

    assert sorted(numbers) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_people_uploading_the_same_file_at_once_get_one_master(cut, stores, producer):
    masters = together(lambda _: receive(io.BytesIO(FILM), cut=cut, name="a.mp4", by=producer).pk)

    assert len(set(masters)) == 1
    assert files(stores) == [f"masters/{cut.studio_id}/{masters[0]}.mp4"]


def together(work) -> list:
    """Do ``work(0)`` and ``work(1)`` at the same time and return what both gave."""
    results: list = []
    barrier = threading.Barrier(2)

    def one(number: int) -> None:
        try:
            barrier.wait()
            results.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.media
def test_a_real_film_arrives_whole(cut, stores, producer, tmp_path):
    film = footage.film(tmp_path / "film.mov")
    with film.open("rb") as upload:
        master = receive(upload, cut=cut, name="film.mov", by=producer)

    assert (stores / "masters" / master.file.name).read_bytes() == film.read_bytes()
