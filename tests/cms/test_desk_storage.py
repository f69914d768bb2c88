import pytest
from django.urls import reverse

from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.titles.media.conftest import make_cut
from tests.titles.media.shelf import make_package
from titles.catalog.models import Episode
from titles.jobs.models import Job
from titles.media.composing import compose
from titles.media.models import Master
from titles.media.weighing import Kind, Weight, loads

STORAGE = "/admin/storage/"


@pytest.fixture
def cut(lantern, stores):
    cut = make_cut(lantern)
    with scope(lantern):
        make_package(cut)
    compose(cut)
    return cut


def one_more(cut, number):
    with scope(cut.studio_id):
        episode = Episode.objects.create(series=cut.episode.series, number=number)
        another = episode.default_cut()
        make_package(another)
    compose(another)


def test_every_file_of_a_series_is_counted_once(cut, in_lantern):
    older = cut.packages.get()
    older.followed_by({row.audio_track: row.stream for row in older.sounds()}, quality="publish")

    (load,) = loads()

    rows = older.renditions.values_list("stream__size_bytes", flat=True)
    edition = older.editions.get()
    assert load.by_kind == {
        Kind.MASTERS: Weight(1, 1),
        Kind.PACKAGES: Weight(3, sum(rows)),
        Kind.MEZZANINES: Weight(1, 1),
        Kind.EDITIONS: Weight(1, edition.size_bytes),
    }


def test_the_heaviest_series_is_first(cut, desk, viewer, lantern):
    light = make_cut(lantern, "light")
    with scope(lantern):
        Master.objects.create(cut=light, number=1, file="x.mp4", original_name="x", size_bytes=9, sha256="9" * 64)

    page = desk(viewer).get(STORAGE).content.decode()

    assert page.index("Heiress</bdi>") < page.index("Light</bdi>")


@pytest.mark.parametrize("episodes", [1, 5])
def test_the_page_asks_as_much_for_many_episodes_as_for_one(cut, desk, viewer, statements, episodes):
    for number in range(2, episodes + 1):
        one_more(cut, number)
    client = desk(viewer)
    client.get(STORAGE)

    with statements() as of_studio:
        client.get(STORAGE)
    with statements() as of_series:
        client.get(reverse("admin:storage-series", args=[cut.episode.series_id]))
    with statements() as of_preview:
        client.get(reverse("admin:storage-preview"))

    assert (len(of_studio), len(of_series), len(of_preview)) == (16, 16, 7)


@pytest.fixture
def viewer(lantern):
    return make_member(lantern, "Vera Viewer", Role.VIEWER)


@pytest.fixture
def guest(lantern):
    return make_member(lantern, "Gus Guest", Role.GUEST)


def addresses(cut):
    series = cut.episode.series_id
    return {
        "read": [STORAGE, reverse("admin:storage-preview"), reverse("admin:storage-series", args=[series])],
        "press": [reverse("admin:storage-collect"), reverse("admin:storage-move", args=[series, "back"])],
    }


def test_who_reads_sees_the_pages_and_who_runs_media_jobs_presses_the_buttons(
    cut, desk, viewer, guest, producer, outsider
):
    pages, buttons = addresses(cut).values()

    assert [desk(viewer).get(each).status_code for each in pages] == [200, 200, 200]
    assert [desk(viewer).post(each).status_code for each in buttons] == [403, 403]
    assert [desk(guest).get(each).status_code for each in pages] == [403, 403, 403]
    assert desk(outsider).get(pages[2]).status_code == 404
    assert [desk(producer).get(each).status_code for each in buttons] == [405, 405]
    assert [desk(producer).post(each).status_code for each in buttons] == [302, 302]


def test_the_collector_is_asked_for_by_a_button(cut, desk, producer, in_lantern):
    desk(producer).post(reverse("admin:storage-collect"))

    job = Job.objects.get(kind="collect")
    assert (job.subject_id, job.wished_by()) == (in_lantern.pk, producer)


def test_masters_of_a_series_go_away_and_come_back_by_a_button(cut, desk, producer, settings, lantern):
    settings.HAS_COLD_STORAGE = True
    away, back = (reverse("admin:storage-move", args=[cut.episode.series_id, where]) for where in ("cold", "back"))
    page = reverse("admin:storage-series", args=[cut.episode.series_id])
    client = desk(producer)

    assert "Move 1 master to cold storage" in client.get(page).content.decode()
    client.post(away)
    with scope(lantern):
        assert Job.objects.filter(kind="move to cold storage").count() == 1
        Job.objects.all().delete()
        Master.objects.update(stored_in="cold")
    assert "Recall 1 master" in client.get(page).content.decode()
    client.post(back)
    with scope(lantern):
        assert Job.objects.filter(kind="recall").count() == 1


def test_where_there_is_no_cold_storage_nothing_is_moved(cut, desk, producer, settings):
    settings.HAS_COLD_STORAGE = False

    assert desk(producer).post(reverse("admin:storage-move", args=[cut.episode.series_id, "cold"])).status_code == 404


def test_a_full_disk_is_told_at_home_and_on_the_page_and_nothing_stops(cut, desk, producer, settings):
    settings.LEAST_FREE_BYTES = 10**18

    for address in ("/admin/", STORAGE):
        answer = desk(producer).get(address)
        assert (answer.status_code, "nearly full" in answer.content.decode()) == (200, True)


def test_the_page_of_a_master_says_where_it_is_and_has_the_button_for_the_other_place(
    cut, desk, producer, settings, lantern
):
    settings.HAS_COLD_STORAGE = True
    with scope(lantern):
        master = Master.objects.get()
    address = reverse("admin:media_master_change", args=[master.pk])
    at_hand = desk(producer).get(address).content.decode()
    with scope(lantern):
        Master.objects.update(stored_in="cold")
    away = desk(producer).get(address).content.decode()

    assert ("Move to cold storage" in at_hand, ">Recall<" in at_hand) == (True, False)
    assert ("in cold storage" in away, "Move to cold storage" in away) == (True, False)
