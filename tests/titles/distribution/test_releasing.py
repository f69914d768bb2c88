import pytest
from django.db import ProgrammingError, transaction

from studios.models import Change, MovedOn, PersonalText
from studios.scope import scope
from tests.titles.distribution.stories import add_subtitles, make_cover, make_episode, make_series
from titles.catalog.models import Cut, Episode, Series
from titles.distribution.models import OwnRelease, Release
from titles.distribution.releasing import NotReady, changed_since_release, submit_episode, submit_series
from titles.jobs.models import Job
from titles.media.composing import compose
from titles.media.models import Edition


@pytest.fixture
def series(in_lantern):
    return make_series()


@pytest.fixture
def episode(series):
    return make_episode(series)


def test_a_submitted_episode_pins_the_edition_of_its_cut(episode, producer):
    release = submit_episode(episode, by=producer)

    edition = Edition.objects.get(package__cut__episode=episode)
    assert [pinned.edition for pinned in release.release_cuts.all()] == [edition]
    assert release.document["cuts"][0]["edition"]["id"] == str(edition.pk)


def test_a_document_says_texts_in_every_language_they_exist_in_and_no_other(series, producer):
    card = PersonalText.objects.told(submit_series(series, by=producer).document)

    assert card["titles"] == {"en": "The Secret Heiress", "es": "La heredera secreta"}
    assert card["credits"][0]["names"] == {"en": "Mina Park", "ja": "ミナ・パク"}


def test_a_document_refers_to_names_and_holds_none(series, producer):
    document = submit_series(series, by=producer).document

    assert document["credits"][0]["names"].keys() == {"en", "ja"}
    assert "Mina Park" not in str(document)


def test_releases_of_a_subject_are_numbered_from_one(series, episode, producer, second_producer):
    first = submit_episode(episode, by=producer)
    first.ask_for_changes(by=second_producer, why="typo")

    assert [submit_episode(episode, by=producer).number, submit_series(series, by=producer).number] == [2, 1]


def test_what_is_edited_later_is_not_in_the_release(episode, producer):
    release = submit_episode(episode, by=producer)
    Episode.objects.filter(pk=episode.pk).update(title_en="Another title")

    release.refresh_from_db()
    assert release.document["titles"] == {"en": "The will, part 1"}


def test_the_database_refuses_to_change_a_release(episode, producer):
    release = submit_episode(episode, by=producer)

    for column in ("document", "digest", "number", "author_id", "episode_id"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(**{column: getattr(release, column)})


def test_nobody_approves_their_own_release(episode, producer):
    release = submit_episode(episode, by=producer)

    with pytest.raises(OwnRelease, match="You submitted 001 The will, part 1, release 1"):
        release.approve(by=producer)


def test_nobody_sends_back_their_own_release(episode, producer):
    release = submit_episode(episode, by=producer)

    with pytest.raises(OwnRelease):
        release.ask_for_changes(by=producer, why="second thoughts")


def test_the_second_reviewer_is_told_that_it_moved_on(episode, producer, second_producer, owner):
    release = submit_episode(episode, by=producer)
    in_another_tab = Release.objects.get(pk=release.pk)
    release.approve(by=second_producer)

    with pytest.raises(MovedOn, match="no longer in review"):
        in_another_tab.ask_for_changes(by=owner, why="typo")


def test_an_approval_asks_for_a_relay_and_leaves_its_moves(series, episode, producer, second_producer):
    release = submit_episode(episode, by=producer).approve(by=second_producer)

    assert Job.objects.filter(kind="relay", subject_id=series.pk).count() == 1
    assert list(release.moves().values_list("to_state", "person")) == [
        ("in review", producer.pk),
        ("approved", second_producer.pk),
    ]


def test_a_withdrawal_says_who_and_why_and_goes_first(series, episode, producer, second_producer, distributor):
    release = submit_episode(episode, by=producer).approve(by=second_producer)
    release.withdraw(by=distributor, why="a song was not cleared", legal=True)

    last = release.moves().last()
    assert (last.to_state, last.person, last.why) == ("taken down", distributor, "a song was not cleared")
    assert Job.objects.get(kind="relay", subject_id=series.pk).priority == 10


def test_only_an_approved_release_can_be_withdrawn(episode, producer):
    with pytest.raises(MovedOn):
        submit_episode(episode, by=producer).withdraw(by=producer, why="too early")


def test_an_episode_without_a_finished_video_is_not_ready(series, producer):
    episode = Episode.objects.create(series=series, number=7, title_en="The cellar")
    episode.default_cut()

    with pytest.raises(NotReady) as refused:
        submit_episode(episode, by=producer)
    assert refused.value.sentences == [
        "007 The cellar has no finished video: upload a master and wait until it is transcoded."
    ]


def test_an_episode_needs_its_title_in_the_original_language(episode, series, producer):
    Series.objects.filter(pk=series.pk).update(original_language="ja")

    with pytest.raises(NotReady) as refused:
        submit_episode(episode, by=producer)
    assert refused.value.sentences == ["001 The will, part 1 needs a title in 日本語."]


def test_a_series_filmed_in_a_language_without_texts_is_told_in_english(series, producer):
    Series.objects.filter(pk=series.pk).update(original_language="ko")

    assert submit_series(series, by=producer).number == 1


def test_a_card_says_everything_that_it_needs_at_once(in_lantern, producer):
    with pytest.raises(NotReady) as refused:
        submit_series(Series.objects.create(slug="bare"), by=producer)
    assert refused.value.sentences == [
        "The series needs a title in English.",
        "The series needs a synopsis in English.",
        "The series needs a picture: upload its cover or key art.",
    ]


def test_nothing_is_left_of_a_refused_submission(in_lantern, producer):
    with pytest.raises(NotReady):
        submit_series(Series.objects.create(slug="bare"), by=producer)

    assert Release.objects.count() == 0


def test_an_unchanged_subject_is_not_submitted_again(episode, producer, second_producer):
    submit_episode(episode, by=producer).approve(by=second_producer)

    with pytest.raises(NotReady, match="Nothing has changed since 001 The will, part 1, release 1."):
        submit_episode(episode, by=second_producer)


def test_what_was_sent_back_may_be_submitted_unchanged(episode, producer, second_producer):
    submit_episode(episode, by=producer).ask_for_changes(by=second_producer, why="are you sure?")

    assert submit_episode(episode, by=producer).number == 2


def test_the_same_for_another_partner_is_another_release(episode, producer, nova):
    submit_episode(episode, by=producer)

    assert list(submit_episode(episode, by=producer, partners=[nova]).partners.all()) == [nova]


def test_a_newer_submission_takes_the_place_of_one_in_review(episode, producer, owner):
    first = submit_episode(episode, by=producer)
    Episode.objects.filter(pk=episode.pk).update(title_en="The testament")
    submit_episode(episode, by=owner)

    first.refresh_from_db()
    assert first.state == "changes requested"
    assert first.moves().last().why == "001 The testament, release 2 takes its place."


def test_a_change_since_the_release_is_seen(episode, producer, second_producer):
    assert not changed_since_release(episode)
    submit_episode(episode, by=producer).approve(by=second_producer)
    assert not changed_since_release(episode)

    Episode.objects.filter(pk=episode.pk).update(synopsis_fr="Une bonne découvre tout.")
    assert changed_since_release(Episode.objects.get(pk=episode.pk))


def test_new_subtitles_are_a_change_since_the_release(episode, producer, second_producer):
    submit_episode(episode, by=producer).approve(by=second_producer)
    cut = episode.default_cut()
    add_subtitles(cut, "fr")
    compose(cut)

    assert changed_since_release(episode)


def test_a_new_picture_is_a_change_since_the_release_of_the_card(series, producer, second_producer):
    submit_series(series, by=producer).approve(by=second_producer)
    assert not changed_since_release(series)

    Series.objects.filter(pk=series.pk).update(slug="heiresses")
    make_cover(Series.objects.get(pk=series.pk))
    assert changed_since_release(series)


def test_an_alternate_cut_that_cannot_be_played_yet_waits_for_the_next_release(episode, producer):
    Cut.objects.create(episode=episode, is_default=False, name="no kiss")

    assert [cut["name"] for cut in submit_episode(episode, by=producer).document["cuts"]] == [""]


def test_another_studio_sees_nothing_of_a_release(lantern, harbor, producer):
    with scope(lantern):
        submit_series(make_series(), by=producer)

    with scope(harbor):
        assert (Release.objects.count(), Change.objects.filter(noun="distribution.release").count()) == (0, 0)
