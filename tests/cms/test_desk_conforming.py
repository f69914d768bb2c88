"""Replacing a picture on the desk: what is said about it, what is proposed, and who may confirm it."""

import re

import pytest
from django.utils import timezone

from localization.conforming import plan
from localization.importing import import_subtitles
from localization.models import Conforming, Version
from localization.tasks import align_masters, hand_down_versions
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.localization.replaced import CLEAR, CUT_OUT, SRT, compared
from tests.titles.distribution.stories import (
    Desk,
    Reader,
    make_episode,
    make_grant,
    make_package,
    make_series,
    relay_at,
)
from tests.titles.media.spoken import speech, spoken_film, without
from titles.catalog.models import Episode
from titles.distribution.models import Partner, Release
from titles.distribution.releasing import NotReady, submit_episode, submit_series
from titles.jobs.models import Job
from titles.media import playback
from titles.media.composing import compose
from titles.media.models import Alignment, Edition, Master
from titles.media.models.master import masters_storage
from titles.seasons.standing import Next, standing_of

EIGHT = ("en", "zh-Hans", "es", "pt-BR", "fr", "ja", "id", "ar")


@pytest.fixture(autouse=True)
def calm_heart(settings) -> None:
    """A heart beats on a connection of its own, which sees no job that only the transaction of a test has."""
    settings.JOB_HEARTBEAT_S = 3600.0


@pytest.fixture
def localize(lantern, editor, reviewer):
    """Bring approved subtitles of an episode into its film."""

    def done(episode, *languages, text=CLEAR):
        with scope(lantern, person=editor):
            for language in languages:
                data = text.format(language=language).encode()
                version = import_subtitles(
                    data, filename="a.srt", cut=episode.default_cut(), language=language, by=editor
                )
                version.submit(by=editor).approve(by=reviewer)
        work_off(episode)

    return done


def cut_of(episode):
    with scope(episode.studio_id):
        return episode.default_cut()


def work_off(episode):
    hand_down_versions()
    compose(cut_of(episode))
    with scope(episode.studio_id):
        Job.objects.exclude(kind="align").delete()


@pytest.fixture
def episode(stores, lantern, producer, localize) -> Episode:
    """An episode that plays with Spanish and French."""
    with scope(lantern, person=producer):
        made = make_episode(make_series(), 1, subtitles=())
    localize(made, "es", "fr")
    return made


def accepted(episode, *, state=Master.State.ACCEPTED) -> Master:
    """A second master, without a film."""
    cut = episode.default_cut()
    return Master.objects.create(
        cut=cut,
        number=2,
        file=f"{cut.studio_id}/second.mp4",
        original_name="EP01 v2.mp4",
        size_bytes=1,
        sha256="2" * 64,
        state=state,
    )


def replaced(episode) -> Master:
    """A second master whose sound was compared with the first."""
    with scope(episode.studio_id):
        first = Master.objects.get(cut=episode.default_cut())
        second = accepted(episode)
        compared(first, second, CUT_OUT)
        return second


def address_of(episode) -> str:
    return f"/admin/catalog/episode/{episode.pk}/conform/"


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def conforms(client, episode):
    page = client.get(address_of(episode)).content.decode()
    return client.post(address_of(episode), {"seen": seen_on(page)}, follow=True).content.decode()


def edition_of(episode) -> Edition:
    return Edition.objects.filter(package__cut=episode.default_cut()).newest_first().first()


def _relay(series):
    relay_at(series, timezone.now())


# Replacing one of many


def test_a_new_master_changes_nothing_for_partners_and_the_other_episodes(
    client, stores, lantern, producer, second_producer, localize, second_reviewer
):
    desk = Desk(author=producer, reviewer=second_producer)
    with scope(lantern, person=producer):
        series = make_series()
        episodes = [make_episode(series, number, subtitles=()) for number in (1, 2, 3)]
    for each in episodes:
        localize(each, "es")
    with scope(lantern, person=producer):
        partner = Partner.objects.make("Nova Reels", "nova-reels")
        make_grant(partner, series)
        submit_series(series, by=producer).approve(by=second_producer)
        for each in episodes:
            desk.release(each)
    episode, cut = episodes[0], cut_of(episodes[0])
    reader = Reader.of(lantern, partner)
    _relay(series)
    reader.follow()

    def told():
        """All that anybody outside, or on the pages of the other episodes, could notice."""
        _relay(series)
        entries = reader.follow()
        with scope(lantern):
            editions = [edition_of(each) for each in episodes]
            addresses = [playback.address(each) for each in editions]
            releases = list(Release.objects.order_by("id").values_list("id", "state", "digest"))
        playlists = [b"".join(client.get(address).streaming_content) for address in addresses]
        return entries, reader.copy, [each.pk for each in editions], playlists, releases

    before = told()
    with scope(lantern):
        second = accepted(episode, state=Master.State.RECEIVED)
    seen = [told()]
    with scope(lantern):
        second.move(Master.State.RECEIVED, Master.State.NEEDS_WAIVER, by=None)
        seen.append(told())
        second.waive(by=second_producer, why="The new ending is longer.")
        assert sorted(Job.objects.exclude(kind="relay").values_list("kind", flat=True)) == ["align", "transcode"]
    seen.append(told())
    with scope(lantern):
        Job.objects.get(kind="transcode").move(Job.State.WAITING, Job.State.FAILED, by=None, error="Full disk.")
    compose(cut)
    seen.append(told())

    assert seen == [before] * 4

    with scope(lantern, person=producer):
        make_package(cut, master=second)
    compose(cut)
    with scope(lantern, person=producer):
        newer = edition_of(episode)
        assert (newer.package.master, newer.sidecars.count()) == (second, 0)
        with pytest.raises(NotReady, match="Español"):
            submit_episode(episode, by=producer)
        Version.objects.get(track__cut=cut).confirm_timing(by=second_reviewer)
    _relay(series)
    assert reader.follow() == []
    work_off(episode)
    with scope(lantern, person=producer):
        desk.release(episode)
    _relay(series)

    assert [(each["kind"], each["id"]) for each in reader.follow()] == [("episode", str(episode.pk))]
    [cut_told] = reader.copy[str(episode.pk)]["cuts"]
    assert [each["language"] for each in cut_told["subtitles"]] == ["es"]


# What the desk says


def test_the_page_says_what_is_live_what_is_coming_and_what_is_missing(
    lantern, episode, desk, producer, second_producer
):
    with scope(lantern, person=producer):
        submit_episode(episode, by=producer).approve(by=second_producer)
        usual = desk(producer).get(f"/admin/catalog/episode/{episode.pk}/change/").content.decode()
        accepted(episode)

    page = desk(producer).get(f"/admin/catalog/episode/{episode.pk}/change/").content.decode()

    assert "Partners have" not in usual
    assert "Partners have release 1, with the film of master 1." in page
    assert "There is no film of master 2 yet; until then that of master 1 plays." in page
    missing = page.partition("Subtitles that are timed to the newest master:")[2][:600]
    assert ("Español" in missing, "Français" in missing, address_of(episode) in missing) == (True, True, True)


def test_unconfirmed_timing_shows_wherever_the_tracks_are_listed(lantern, episode, desk, producer):
    with scope(lantern):
        before = standing_of(episode)
        accepted(episode)
        after = standing_of(episode)
        version = Version.objects.first()
    client = desk(producer)
    pages = [
        f"/admin/catalog/episode/{episode.pk}/part/subtitles/",
        f"/admin/catalog/series/{episode.series_id}/change/",
        "/admin/localization/version/",
        f"/admin/localization/version/{version.pk}/change/",
    ]

    assert [each.timing_unconfirmed for each in (before,)] == [[]]
    assert (len(after.timing_unconfirmed), after.next(), before.digest() != after.digest()) == (2, Next.CONFORM, True)
    assert ["unconfirmed" in client.get(page).content.decode() for page in pages] == [True] * 4


def test_the_proposal_shows_spans_cues_and_counts(episode, desk, producer, localize):
    localize(episode, "ar", text=SRT)
    replaced(episode)

    page = desk(producer).get(address_of(episode)).content.decode()

    assert "-2.000 s" in page
    assert page.count('class="passage-') == 3
    assert "Conform all 3 versions" in page
    assert "Arabic" not in page and "العربية" in page
    assert "dropped" in page


# Who may do what


def test_one_confirmation_on_the_page_conforms_all_languages(lantern, episode, desk, owner):
    second = replaced(episode)

    page = conforms(desk(owner), episode)

    with scope(lantern):
        newest = list(Version.objects.newest_of_tracks())
        assert {(each.master_id, each.state, each.author_id) for each in newest} == {
            (second.pk, Version.State.APPROVED, owner.pk)
        }
    assert "It can be taken back until a release has it." in page


@pytest.mark.parametrize(
    ("role", "answer"),
    [
        (Role.PRODUCER, 200),
        (Role.EDITOR, 200),
        (Role.REVIEWER, 200),
        (Role.DISTRIBUTOR, 403),
        (Role.VIEWER, 403),
        (Role.GUEST, 404),
    ],
)
def test_who_may_look_at_the_proposal(lantern, episode, desk, role, answer):
    replaced(episode)
    client = desk(make_member(lantern, "Nina", role))

    assert client.get(address_of(episode)).status_code == answer
    assert client.post(address_of(episode), {"seen": "x"}).status_code == (302 if answer == 200 else answer)


def test_an_outsider_finds_no_proposal(episode, desk, outsider):
    replaced(episode)

    assert desk(outsider).get(address_of(episode)).status_code == 404


def test_a_page_that_was_open_too_long_conforms_nothing(lantern, episode, desk, producer):
    replaced(episode)

    page = desk(producer).post(address_of(episode), {"seen": "0" * 32}, follow=True).content.decode()

    assert "Something has changed since you looked." in page
    with scope(lantern):
        assert Conforming.objects.count() == 0


def test_asking_for_a_comparison_makes_one_job(lantern, episode, desk, producer):
    with scope(lantern):
        accepted(episode)
    client = desk(producer)

    client.post(address_of(episode), {"compare": "1"})
    client.post(address_of(episode), {"compare": "1"})

    with scope(lantern):
        assert Job.objects.filter(kind="align").count() == 1
    assert "Comparing the sounds" in client.get(address_of(episode)).content.decode()


def test_only_reviewers_confirm_the_timing_of_what_is_approved(lantern, episode, desk, producer, second_reviewer):
    replaced(episode)
    with scope(lantern):
        version = Version.objects.first()
    pressed = f"/admin/localization/version/{version.pk}/do/confirm_timing/"

    left = []
    for person in (producer, second_reviewer):
        desk(person).post(pressed)
        with scope(lantern):
            left.append(Version.objects.timing_unconfirmed().filter(pk=version.pk).count())

    assert left == [1, 0]


# Taking back


def test_a_conforming_is_taken_back_until_a_release_has_it(lantern, episode, desk, owner, producer):
    second = replaced(episode)
    client = desk(owner)
    conforms(client, episode)
    with scope(lantern):
        first = Conforming.objects.get()
    client.post(f"{address_of(episode)}{first.pk}/take-back/")
    conforms(client, episode)
    with scope(lantern, person=producer):
        make_package(episode.default_cut(), master=second)
        again = Conforming.objects.order_by("-id").first()
    work_off(episode)
    with scope(lantern, person=producer):
        submit_episode(episode, by=producer)

    page = client.post(f"{address_of(episode)}{again.pk}/take-back/", follow=True).content.decode()

    with scope(lantern):
        states = list(Conforming.objects.order_by("id").values_list("state", flat=True))
    assert states == [Conforming.State.TAKEN_BACK, Conforming.State.APPLIED]
    assert "has these times" in page


def test_whoever_may_not_conform_all_its_languages_takes_back_nothing_of_others(lantern, episode, desk, owner):
    replaced(episode)
    conforms(desk(owner), episode)
    nina = make_member(lantern, "Nina", Role.EDITOR, languages=("fr",))
    with scope(lantern):
        done = Conforming.objects.get()

    assert desk(nina).post(f"{address_of(episode)}{done.pk}/take-back/").status_code == 403


# The whole way, with sounds that somebody could hear


@pytest.mark.media
def test_two_seconds_cut_out_at_0_31_and_eight_languages_are_right_afterwards(
    stores, lantern, producer, owner, desk, localize, tmp_path
):
    said = speech(40)
    with scope(lantern, person=producer):
        episode = make_episode(make_series(), 1, subtitles=())
        cut = episode.default_cut()
        first = Master.objects.get(cut=cut)
    localize(episode, *EIGHT, text=SRT)
    with scope(lantern, person=producer):
        second = accepted(episode)
        for master, samples in ((first, said), (second, without(said, 31, 33))):
            film = spoken_film(tmp_path / "film.mp4", samples, kbps=48)
            with film.open("rb") as content:
                masters_storage().save(str(master.file), content)
        second.go_on()
        Job.objects.filter(kind="transcode").delete()

    align_masters()
    with scope(lantern):
        assert Job.objects.get(kind="align").state == Job.State.DONE
        assert Alignment.objects.get().confidence > 0.5
        assert len(plan(cut).ready) == 8
    conforms(desk(owner), episode)

    with scope(lantern):
        newest = {each.track.language: each for each in Version.objects.newest_of_tracks().select_related("track")}
    assert sorted(newest) == sorted(EIGHT)
    for language in EIGHT:
        cues = newest[language].read().cues
        assert [each.text for each in cues] == [f"{language}: You lied to me.", f"{language}: Get out."]
        for time_ms, right_ms in zip(
            (time for each in cues for time in (each.start_ms, each.end_ms)),
            (1_000, 2_500, 38_000, 39_000),
            strict=True,
        ):
            assert abs(time_ms - right_ms) <= 20
        assert newest[language].repairs == ["Cue 2 was dropped: nothing of it is left in the new picture."]
        assert newest[language].state == Version.State.IN_REVIEW


@pytest.mark.media
def test_a_master_that_says_nothing_fails_the_comparison_with_a_sentence(
    lantern, episode, desk, producer, stores, tmp_path
):
    with scope(lantern, person=producer):
        first, second = Master.objects.get(), accepted(episode)
        for master in (first, second):
            film = spoken_film(tmp_path / "film.mp4", speech(2) if master == first else speech(2)[:0] + _silence())
            with film.open("rb") as content:
                masters_storage().save(str(master.file), content)
        second.go_on()
        Job.objects.filter(kind="transcode").delete()

    align_masters()

    page = desk(producer).get(address_of(episode)).content.decode()
    assert "so its sound cannot be compared" in page
    assert "Compare the sounds" in page


def _silence():
    return speech(0) + type(speech(0))("h", bytes(2 * 16_000))
