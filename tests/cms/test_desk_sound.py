"""Sound and posters on the page of an episode, as people of different roles meet them."""

import io

import pytest
from django.urls import reverse

from studios.roles import Role
from studios.scope import scope
from tests.at_the_desk import desk
from tests.conftest import make_member
from tests.titles.media.conftest import calm_heart, messages, stores
from tests.titles.media.footage import made
from tests.titles.media.shelf import make_package
from titles.catalog.models import Episode, Series
from titles.jobs.models import Job
from titles.media.models import AudioTrack, Mix, MixFile, Package
from titles.media.models.mix import State

__all__ = ["calm_heart", "desk", "messages", "stores"]

POSTERS = [
    {"file": "x/packages/a/poster.jpg", "at_ms": 4_000, "sha256": "a"},
    {"file": "x/packages/a/poster-8000.jpg", "at_ms": 8_000, "sha256": "b"},
]
HEARD = {"whole": {"loudness": {"integrated_lufs": -18.5}}}
LENGTH = {
    **{"rule": "length", "measured": 2, "limit": 1, "severity": "needs waiver"},
    **{"sentence": "", "code": "part_longer", "values": {"part": "whole", "off_ms": 700}},
}


@pytest.fixture
def episode(lantern, stores, messages):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title="Heiress", original_language="zh-hans")
        return Episode.objects.create(series=series, number=1)


def address_of(episode, tab="sound"):
    return f"{reverse('admin:catalog_episode_change', args=[episode.pk])}?tab={tab}"


def upload(client, episode, content, *, follow=False, **fields):
    values = {"language": "es", "role": "dub", "file": io.BytesIO(content), **fields}
    values["file"].name = "EP01_es.wav"
    return client.post(reverse("upload-sound", args=[episode.pk]), values, follow=follow)


@pytest.fixture(scope="session")
def wav(tmp_path_factory):
    path = tmp_path_factory.mktemp("wav") / "dub.wav"
    return made(path, "-f", "lavfi", "-i", "sine=duration=1").read_bytes()


def make_mix(episode, *, author, state=State.IN_REVIEW, findings=(), language="es"):
    with scope(episode.studio_id):
        cut = episode.default_cut()
        track, _made = AudioTrack.objects.get_or_create(cut=cut, language=language, role=AudioTrack.Role.DUB)
        inspection = {"heard": HEARD, "findings": list(findings)}
        return Mix.objects.create(audio_track=track, number=1, state=state, author=author, inspection=inspection)


def press(client, mix, verb, **fields):
    return client.post(reverse("admin:media_mix_verb", args=[mix.pk, verb]), fields, follow=True)


def test_a_producer_uploads_a_dub_that_is_checked_next(desk, producer, episode, lantern, wav):
    page = upload(desk(producer), episode, wav, follow=True)

    assert "es (dub), v1 has arrived and is checked now." in page.content.decode()
    assert "is being checked" in page.content.decode()
    with scope(lantern):
        assert MixFile.objects.values_list("part", "original_name").get() == ("whole", "EP01_es.wav")
        assert list(Job.objects.values_list("kind", flat=True)) == ["encode sound"]


def test_stems_are_uploaded_together(desk, producer, episode, lantern, wav):
    stem = io.BytesIO(wav + b"\0\0")
    stem.name = "EP01_me.wav"

    upload(desk(producer), episode, wav, music_and_effects=stem)

    with scope(lantern):
        assert sorted(MixFile.objects.values_list("part", flat=True)) == ["dialogue", "music and effects"]


def test_what_is_no_sound_is_refused_with_a_sentence(desk, producer, episode):
    page = upload(desk(producer), episode, b"not a sound", follow=True)

    assert "Export it as WAV, FLAC or M4A." in page.content.decode()


def test_without_a_file_the_page_says_so(desk, producer, episode):
    client = desk(producer)
    page = client.post(reverse("upload-sound", args=[episode.pk]), {"language": "es"}, follow=True)

    assert "Choose a language, a role and a file first." in page.content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER, Role.GUEST])
def test_who_uploads_no_masters_uploads_no_sound(desk, lantern, episode, role, wav):
    other = make_member(lantern, "Olaf Other", role)

    assert upload(desk(other), episode, wav).status_code == 403


def test_another_studios_episode_is_not_found(desk, outsider, episode, wav):
    assert upload(desk(outsider), episode, wav).status_code == 404


def test_the_page_tells_how_a_mix_stands(desk, producer, episode):
    make_mix(episode, author=producer, findings=[LENGTH])

    page = desk(producer).get(address_of(episode)).content.decode()

    assert "-18.5 LUFS" in page
    assert "The sound is 0.7 s longer than the picture." in page


def test_a_reviewer_of_the_language_approves(desk, producer, reviewer, episode, lantern):
    mix = make_mix(episode, author=producer)
    assert "Approve" in desk(reviewer).get(address_of(episode)).content.decode()

    press(desk(reviewer), mix, "approve")

    with scope(lantern):
        assert Mix.objects.get().state == State.APPROVED


def test_a_reviewer_of_other_languages_does_not(desk, lantern, producer, episode):
    mix = make_mix(episode, author=producer)
    french = make_member(lantern, "Fleur French", Role.REVIEWER, languages=("fr",))

    assert press(desk(french), mix, "approve").status_code == 403


def test_outside_a_limit_only_the_way_with_a_reason_is_offered(desk, producer, reviewer, episode, lantern):
    mix = make_mix(episode, author=producer, findings=[LENGTH])
    page = desk(reviewer).get(address_of(episode)).content.decode()

    press(desk(reviewer), mix, "approve_despite_findings", why="It ends in silence.")

    assert ("Approve all the same" in page, "do/approve/" in page) == (True, False)
    with scope(lantern):
        assert Mix.objects.get().state == State.APPROVED


def test_changes_are_asked_for_with_a_reason(desk, producer, reviewer, episode, lantern):
    mix = make_mix(episode, author=producer)

    press(desk(reviewer), mix, "ask_for_changes", why="The kiss is early.")

    with scope(lantern):
        assert [(move.to_state, move.why) for move in Mix.objects.get().moves()] == [
            ("changes requested", "The kiss is early.")
        ]


@pytest.fixture
def package(episode, lantern):
    with scope(lantern):
        package = make_package(episode.default_cut())
        return package.followed_by(
            {row.audio_track: row.stream for row in package.sounds()}, posters=POSTERS, poster=POSTERS[0]["file"]
        )


def choose(client, episode, at_ms):
    return client.post(reverse("admin:catalog_episode_poster", args=[episode.pk]), {"at_ms": at_ms}, follow=True)


def test_a_producer_chooses_another_poster(desk, producer, episode, package, lantern):
    page = desk(producer).get(address_of(episode, "video")).content.decode()
    assert "The picture at 0:08.0" in page

    choose(desk(producer), episode, 8_000)

    with scope(lantern):
        assert Package.objects.newest_first().first().poster.name == POSTERS[1]["file"]


def test_a_frame_that_is_not_offered_is_refused(desk, producer, episode, package, lantern):
    page = choose(desk(producer), episode, 5_000)

    assert "look at its frames again" in page.content.decode()
    with scope(lantern):
        assert Package.objects.count() == 2


def test_a_viewer_chooses_no_poster(desk, lantern, episode, package):
    viewer = make_member(lantern, "Vera Viewer", Role.VIEWER)

    assert choose(desk(viewer), episode, 8_000).status_code == 403


def test_the_list_of_mixes_takes_as_many_statements_for_five_as_for_one(desk, producer, episode, statements):
    client = desk(producer)
    counts = []
    for languages in (["es"], ["fr", "ja", "id", "ar"]):
        for language in languages:
            make_mix(episode, author=producer, language=language)
        with statements() as sent:
            client.get(reverse("admin:media_mix_changelist"))
        counts.append(len(sent))

    assert counts[0] == counts[1]
