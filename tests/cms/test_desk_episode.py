"""The page of an episode: where it stands, what may be done by whom, and how it stays true while work goes on."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from localization.models import Version
from studios.models import Move
from studios.roles import Role
from studios.scope import scope
from tests.cms.noting_storage import NotingStorage
from tests.cms.stock import failed, master, subtitles
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Episode, Series
from titles.distribution.models import Release
from titles.distribution.releasing import submit_episode
from titles.jobs.models import Job
from titles.media.models import Master
from titles.seasons.standing import Next, standing_of, standings

FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 2000


@pytest.fixture
def bare(stores, lantern, producer) -> Episode:
    """An episode of which there is only a title."""
    with scope(lantern, person=producer):
        return Episode.objects.create(series=make_series(), number=7, title_en="The Ring")


@pytest.fixture
def ready(stores, lantern, producer) -> Episode:
    """An episode that plays."""
    with scope(lantern, person=producer):
        episode = make_episode(make_series(), 1)
        Job.objects.all().delete()
        return episode


def page_of(episode, part=""):
    return f"/admin/catalog/episode/{episode.pk}/" + (f"part/{part}/" if part else "change/")


def test_the_page_says_what_comes_next(lantern, bare, producer, editor, reviewer):
    with scope(lantern, person=producer):
        cut = bare.default_cut()
        told = [standing_of(bare).next()]
        first = master(cut, state=Master.State.NEEDS_WAIVER, by=producer)
        told.append(standing_of(bare).next())
        first.waive(by=reviewer, why="A trailer may be short.")
        told.append(standing_of(bare).next())
        failed(Job.objects.get(kind="transcode"))
        told.append(standing_of(bare).next())

    assert told == [Next.UPLOAD, Next.WAIVE, Next.WAIT, Next.LOOK_AT_FAILURE]


def test_words_and_release_come_after_the_film(lantern, ready, producer, second_producer, editor, reviewer):
    with scope(lantern, person=producer):
        told = [standing_of(ready).next()]
        version = subtitles(ready.default_cut(), "es", by=editor).submit(by=editor)
        told.append(standing_of(ready).next())
        version.approve(by=reviewer)
        Job.objects.all().delete()
        told.append(standing_of(ready).next())
        release = submit_episode(ready, by=producer)
        told.append(standing_of(ready).next())
        release.approve(by=second_producer)
        told.append(standing_of(ready).next())

    assert told == [Next.LOCALIZE, Next.REVIEW_SUBTITLES, Next.SUBMIT, Next.REVIEW_RELEASE, Next.NOTHING]


@pytest.mark.parametrize("how_many", [1, 5])
def test_standings_take_seven_statements_however_many_episodes(stores, lantern, producer, editor, statements, how_many):
    with scope(lantern, person=producer):
        series = make_series()
        episodes = [make_episode(series, number) for number in range(1, how_many + 1)]
        for episode in episodes:
            subtitles(episode.default_cut(), "fr", by=editor)
            failed(Job.enqueue("inspect", master(episode.default_cut()), by=producer))

        with statements() as sent:
            found = standings(series.episodes.in_running_order())

    assert len(sent) == 1 + 7
    assert [(each.has_failed, len(each.versions)) for each in found] == [(True, 1)] * how_many


def test_a_series_lists_its_episodes_with_how_far_each_is(lantern, ready, desk, producer):
    with scope(lantern):
        series = Series.objects.get()

    page = desk(producer).get(f"/admin/catalog/series/{series.pk}/change/").content.decode()

    assert "001 The will, part 1" in page
    assert "Add episode 2" in page


def test_an_uploaded_master_is_kept_and_checked(lantern, bare, desk, producer):
    answer = desk(producer).post(
        f"/uploads/episodes/{bare.pk}/master/", {"file": SimpleUploadedFile("EP07.mp4", FILM, "video/mp4")}
    )

    with scope(lantern):
        kept, job = Master.objects.select_related("uploaded_by").get(), Job.objects.get()
    assert answer.url == page_of(bare)
    assert (kept.original_name, kept.uploaded_by, kept.size_bytes) == ("EP07.mp4", producer, len(FILM))
    assert (job.kind, job.subject_id) == ("inspect", kept.pk)


def test_a_file_that_is_no_film_is_refused_with_a_sentence(lantern, bare, desk, producer):
    client = desk(producer)
    file = SimpleUploadedFile("EP07.mp4", b"#EXTM3U\nhttp://example.org/film.ts\n", "video/mp4")

    page = client.post(f"/uploads/episodes/{bare.pk}/master/", {"file": file}, follow=True).content.decode()

    with scope(lantern):
        assert Master.objects.count() == 0
    assert "playlist" in page


def test_an_upload_without_a_file_is_told(bare, desk, producer):
    page = desk(producer).post(f"/uploads/episodes/{bare.pk}/master/", follow=True).content.decode()

    assert "Choose a file first." in page


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.DISTRIBUTOR, Role.VIEWER, Role.GUEST])
def test_only_owners_and_producers_upload(lantern, bare, desk, role):
    client = desk(make_member(lantern, "Nina", role))

    assert (
        client.post(f"/uploads/episodes/{bare.pk}/master/", {"file": SimpleUploadedFile("a", FILM)}).status_code == 403
    )


def test_an_outsider_uploads_nothing_here(lantern, bare, desk, outsider):
    answer = desk(outsider).post(f"/uploads/episodes/{bare.pk}/master/", {"file": SimpleUploadedFile("a", FILM)})

    assert answer.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_master_is_stored(stores, bare, desk, producer, settings):
    noting = {"BACKEND": "tests.cms.noting_storage.NotingStorage", "OPTIONS": {"location": stores / "masters"}}
    settings.STORAGES = {**settings.STORAGES, "masters": noting}

    desk(producer).post(f"/uploads/episodes/{bare.pk}/master/", {"file": SimpleUploadedFile("EP07.mp4", FILM)})

    assert NotingStorage.in_transaction == [False]


def test_a_finding_is_waived_by_a_second_person_with_a_reason(lantern, bare, desk, producer, second_producer):
    with scope(lantern):
        waiting = master(bare.default_cut(), state=Master.State.NEEDS_WAIVER, by=producer)
    address = f"/admin/media/master/{waiting.pk}/do/waive/"

    own = desk(producer).post(address, {"why": "It is fine."}, follow=True).content.decode()
    without = desk(second_producer).post(address, {"why": " "}, follow=True).content.decode()
    desk(second_producer).post(address, {"why": "A trailer may be short."})

    with scope(lantern):
        move = Move.objects.filter(noun="media.master").get()
    assert "You uploaded this master; somebody else has to waive what was found in it." in own
    assert "Say why, in a sentence that helps the other person." in without
    assert (move.person, move.to_state, move.why) == (second_producer, "accepted", "A trailer may be short.")


def test_what_is_missing_for_a_release_is_told_in_sentences(bare, desk, producer):
    address = f"/admin/catalog/episode/{bare.pk}/do/submit_release/"

    page = desk(producer).post(address, follow=True).content.decode()

    assert "007 The Ring has no finished video" in page


def test_an_episode_is_submitted_from_its_page(lantern, ready, desk, producer):
    desk(producer).post(f"/admin/catalog/episode/{ready.pk}/do/submit_release/")

    with scope(lantern):
        release = Release.objects.select_related("author").get()
    assert (release.author, release.state) == (producer, "in review")


def test_the_page_polls_only_while_something_runs(lantern, ready, desk, producer):
    client = desk(producer)
    idle = client.get(page_of(ready)).content.decode()
    with scope(lantern, person=producer):
        Job.enqueue("compose", ready.default_cut(), by=producer)

    working = client.get(page_of(ready)).content.decode()

    assert ("every 2s" in idle, "every 2s" in working) == (False, True)


def test_the_polled_fragment_tells_the_page_only_when_something_moved(lantern, ready, desk, producer):
    client = desk(producer)
    with scope(lantern, person=producer):
        job = Job.enqueue("compose", ready.default_cut(), by=producer)
        seen = standing_of(ready).digest()

    unmoved = client.get(page_of(ready, "work"), {"seen": seen})
    with scope(lantern, person=producer):
        job.cancel(by=producer)
    moved = client.get(page_of(ready, "work"), {"seen": seen})

    assert "HX-Trigger" not in unmoved.headers
    assert moved.headers["HX-Trigger"] == "episode-moved"
    assert "every 2s" not in moved.content.decode()


@pytest.mark.parametrize("part", ["standing", "player", "work", "masters", "notes", "subtitles", "releases"])
def test_every_fragment_can_be_asked_for_alone(ready, desk, producer, part):
    assert desk(producer).get(page_of(ready, part)).content.decode().count("<html") == 0


def test_an_outsider_gets_no_fragment(ready, desk, outsider):
    assert desk(outsider).get(page_of(ready, "player")).status_code == 404


def test_the_player_plays_the_edition_from_signed_addresses(lantern, ready, desk, producer):
    with scope(lantern):
        edition = standing_of(ready).edition

    page = desk(producer).get(page_of(ready, "player")).content.decode()

    assert f"/editions/{edition.digest}/master.m3u8" in page
    assert page.count('data-language="es"') == 1


def test_every_language_of_the_house_has_a_line(lantern, ready, desk, producer, editor):
    with scope(lantern):
        subtitles(ready.default_cut(), "ko", by=editor)

    page = desk(producer).get(page_of(ready, "subtitles")).content.decode()

    assert page.count("<tr>") == 1 + 8 + 1  # the head, the eight, and Korean
    assert page.count("missing") == 8


def test_the_texts_are_saved_in_every_language(lantern, bare, desk, producer):
    fields = {
        "series": str(bare.series_id),
        "kind": "episode",
        "number": "7",
        "title_en": "The Ring",
        "title_ar": "الخاتم",
    }

    desk(producer).post(page_of(bare), fields)

    with scope(lantern):
        kept = Episode.objects.get()
    assert (kept.title_en, kept.title_ar) == ("The Ring", "الخاتم")


def test_a_number_that_is_taken_is_told_beside_the_field(lantern, bare, desk, producer):
    fields = {"series": str(bare.series_id), "kind": "episode", "number": "7", "title_en": "Again"}

    page = desk(producer).post("/admin/catalog/episode/add/", fields).content.decode()

    assert "This series already has an episode with this number." in page


def test_a_short_name_that_is_taken_is_told_and_not_an_error_page(lantern, bare, desk, producer):
    forms = {
        f"{name}-{field}": "0"
        for name in ("credits", "series_tags", "artwork")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    fields = {"slug": "heiress", "original_language": "en", "season_number": "1", "title_en": "Heiress", **forms}

    page = desk(producer).post("/admin/catalog/series/add/", fields)

    assert page.status_code == 200
    assert "already exists" in page.content.decode()


def test_an_approval_from_an_old_tab_is_told_that_it_moved_on(lantern, ready, desk, editor, reviewer, second_reviewer):
    with scope(lantern):
        version = subtitles(ready.default_cut(), "es", by=editor).submit(by=editor)
    address = f"/admin/localization/version/{version.pk}/do/approve/"

    desk(reviewer).post(address)
    late = desk(second_reviewer).post(address, follow=True).content.decode()

    with scope(lantern):
        assert Version.objects.get().state == "approved"
    assert "is no longer in review; look at it again." in late


@pytest.mark.parametrize("how_many", [1, 5])
def test_the_page_of_an_episode_takes_as_much_for_five_of_everything(
    lantern, ready, desk, producer, editor, statements, how_many
):
    with scope(lantern, person=producer):
        for language in ("es", "fr", "ja", "id", "ar")[:how_many]:
            subtitles(ready.default_cut(), language, by=editor).submit(by=editor)
            failed(Job.enqueue("inspect", master(ready.default_cut(), by=producer), by=producer))
    client = desk(producer)
    client.get(page_of(ready))  # Django remembers content types from the first time on

    with statements() as sent:
        client.get(page_of(ready))

    assert len(sent) == 37


@pytest.mark.parametrize("how_many", [1, 5])
def test_the_page_of_a_series_takes_as_much_for_five_episodes(lantern, ready, desk, producer, statements, how_many):
    with scope(lantern, person=producer):
        series = Series.objects.get()
        for number in range(2, how_many + 1):
            make_episode(series, number)
    client, address = desk(producer), f"/admin/catalog/series/{series.pk}/change/"
    client.get(address)

    with statements() as sent:
        client.get(address)

    assert len(sent) == 27
