import threading

import m3u8
import pytest
from django.db import connection

from studios.keys import new_id
from studios.scope import scope
from tests.titles.media.shelf import make_package
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media.composing import compose, compose_for
from titles.media.handing_down import hand_down, take_back
from titles.media.models import Edition, Sidecar
from titles.media.parts import UnfitName, UnfitSubtitles
from titles.media.streams import STREAM

HOLA = "WEBVTT\n\n00:01.000 --> 00:02.500\nHola\n"


@pytest.fixture
def package(cut):
    with scope(cut.studio_id):
        return make_package(cut)


def subtitle(cut, language="es", kind="full", name="Español", webvtt=HOLA, master=None):
    with scope(cut.studio_id):
        return hand_down(cut, language=language, kind=kind, name=name, webvtt=webvtt, origin_id=new_id(), master=master)


def current(cut):
    with scope(cut.studio_id):
        return Edition.objects.filter(package__cut=cut).newest_first().first()


def files_of(stores, edition):
    folder = stores / "packages" / edition.folder()
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_cut_without_a_package_has_no_edition(cut):
    assert compose(cut) is None


def test_an_edition_is_text_in_a_folder_named_after_its_digest(cut, package, stores):
    edition = compose(cut)

    assert sorted(files_of(stores, edition)) == ["manifest.mpd", "master.m3u8"]
    assert edition.folder() == f"{cut.studio_id}/editions/{edition.digest}"


def test_the_playlist_lists_rungs_and_the_original_sound(cut, package, stores):
    playlist = m3u8.loads(files_of(stores, compose(cut))["master.m3u8"])

    assert sorted(variant.stream_info.resolution for variant in playlist.playlists) == [(360, 640), (720, 1280)]
    assert [(sound.type, sound.name, sound.language, sound.default) for sound in playlist.media] == [
        ("AUDIO", "简体中文", "zh-Hans", "YES")
    ]


def test_every_address_in_the_playlist_leads_to_a_file(cut, package, stores):
    edition = compose(cut)
    playlist = m3u8.loads(files_of(stores, edition)["master.m3u8"])
    addresses = [part.uri for part in (*playlist.playlists, *playlist.media, *playlist.iframe_playlists)]

    assert len(addresses) == 5
    for address in addresses:
        assert (stores / "packages" / edition.folder() / address).resolve().is_file()


def test_subtitles_are_in_the_edition_that_is_composed_after_them(cut, package, stores):
    sidecar = subtitle(cut)
    edition = compose(cut)

    assert files_of(stores, edition)["es.vtt"] == HOLA
    with scope(cut.studio_id):
        assert list(edition.edition_sidecars.values_list("sidecar", "file_name")) == [(sidecar.pk, "es.vtt")]


def test_new_subtitles_make_a_new_edition_and_touch_no_stream(cut, package, stores):
    without = compose(cut)
    streams = sorted((stores / "packages").rglob(STREAM))
    before = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in streams]

    subtitle(cut)
    with_spanish = compose(cut)

    assert with_spanish.digest != without.digest
    assert [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in streams] == before
    assert sorted((stores / "packages").rglob(STREAM)) == streams


def test_composing_the_same_again_makes_nothing_new(cut, package, stores):
    first = compose(cut)
    folder = stores / "packages" / first.folder()
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}

    again = compose(cut)

    assert (again.pk, again.composed_at > first.composed_at) == (first.pk, True)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_of_one_language_and_kind_the_last_one_handed_down_is_current(cut, package, stores):
    subtitle(cut)
    subtitle(cut, webvtt=HOLA.replace("Hola", "Buenas"))

    assert "Buenas" in files_of(stores, compose(cut))["es.vtt"]


def test_a_text_that_comes_back_makes_its_former_edition_the_newest(cut, package):
    subtitle(cut)
    first = compose(cut)
    subtitle(cut, webvtt=HOLA.replace("Hola", "Buenas"))
    compose(cut)

    subtitle(cut)
    compose(cut)

    assert current(cut) == first
    with scope(cut.studio_id):
        assert Sidecar.objects.count() == 2


def test_full_sdh_and_forced_subtitles_stand_side_by_side(cut, package, stores):
    subtitle(cut)
    subtitle(cut, kind="sdh", name="Español [CC]")
    subtitle(cut, kind="forced", name="Español (forced)")

    assert sorted(name for name in files_of(stores, compose(cut)) if name.endswith(".vtt")) == [
        "es-forced.vtt",
        "es-sdh.vtt",
        "es.vtt",
    ]


def test_a_new_package_of_a_master_makes_a_new_edition_with_the_same_subtitles(cut, package, stores):
    subtitle(cut)
    first = compose(cut)
    with scope(cut.studio_id):
        newer = make_package(cut, number=2, salt="repaired", master=package.master)

    second = compose(cut)

    assert (second.package, second.digest != first.digest, current(cut)) == (newer, True, second)
    assert files_of(stores, second)["es.vtt"] == HOLA


def test_no_subtitles_of_an_old_master_go_over_the_picture_of_a_new_one(cut, package, stores):
    subtitle(cut, master=package.master)
    subtitle(cut, "fr", name="Français", master=None)
    first = compose(cut)
    with scope(cut.studio_id):
        newer = make_package(cut, number=2, salt="recut")

    bare = compose(cut)
    subtitle(cut, master=newer.master)
    second = compose(cut)

    told = [sorted(name for name in files_of(stores, each) if name.endswith(".vtt")) for each in (first, bare, second)]
    assert told == [["es.vtt", "fr.vtt"], [], ["es.vtt"]]


def test_subtitles_for_a_master_without_a_film_wait_for_it(cut, package, stores):
    subtitle(cut, master=package.master)
    with scope(cut.studio_id):
        newer = make_package(cut, number=2, salt="recut")
        newer_master, _gone = newer.master, (newer.renditions.all().delete(), newer.delete())
    subtitle(cut, webvtt=HOLA.replace("Hola", "Otra"), master=newer_master)

    assert files_of(stores, compose(cut))["es.vtt"] == HOLA


def test_what_was_taken_back_is_not_in_the_next_edition(cut, package, stores):
    subtitle(cut, master=package.master)
    subtitle(cut, "fr", name="Français", master=package.master)
    with scope(cut.studio_id):
        take_back(cut, language="es", kind="full", master=package.master)

    assert sorted(name for name in files_of(stores, compose(cut)) if name.endswith(".vtt")) == ["fr.vtt"]


def test_what_is_no_webvtt_is_refused_when_it_is_handed_down(cut, package):
    with pytest.raises(UnfitSubtitles):
        subtitle(cut, webvtt="1\n00:00:01,000 --> 00:00:02,000\nHola\n")


def test_a_name_that_no_playlist_can_carry_is_refused_when_it_is_handed_down(cut, package):
    with pytest.raises(UnfitName):
        subtitle(cut, name='Español "neutro"')


def test_ten_files_handed_down_ask_for_one_composition(cut, package):
    for number in range(10):
        subtitle(cut, webvtt=f"{HOLA}{number}\n")

    with scope(cut.studio_id):
        assert list(Job.objects.values_list("kind", "subject_id")) == [("compose", cut.pk)]


def test_the_job_composes(cut, package):
    subtitle(cut)
    for job in Job.claimed("compose"):
        with leased(job):
            compose_for(job)

    assert current(cut).package_id == package.pk


def test_names_that_viewers_could_not_tell_apart_fail_the_job_with_a_sentence(cut, package):
    subtitle(cut)
    subtitle(cut, kind="sdh")
    for job in Job.claimed("compose"):
        with leased(job):
            compose_for(job)

    with scope(cut.studio_id):
        assert Job.objects.values_list("state", "error").get() == (
            "failed",
            "Two subtitle files of this edition are called “Español”; give one another name.",
        )


@pytest.mark.django_db(transaction=True)
def test_subtitles_that_arrive_while_composing_are_in_the_newest_edition(cut, package, stores):
    """However two compositions and a new file interleave, the newest edition has the file."""
    threads = [threading.Thread(target=_and_close, args=[work, cut]) for work in (compose, subtitle, compose)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for job in Job.claimed("compose"):
        with leased(job):
            compose_for(job)

    assert files_of(stores, current(cut))["es.vtt"] == HOLA


def _and_close(work, cut):
    try:
        work(cut)
    finally:
        connection.close()


def test_another_studio_sees_no_edition(cut, package, harbor):
    subtitle(cut)
    compose(cut)

    with scope(harbor):
        assert [list(Edition.objects.all()), list(Sidecar.objects.all())] == [[], []]
