"""Subtitles follow the picture: unconfirmed while nobody said anything, moved in all languages by one confirmation."""

import pytest

from localization.conforming import Plan, conform, plan, take_back, untimed
from localization.handing_down import hand_down
from localization.importing import import_subtitles
from localization.models import Conforming, OwnWork, TimingConfirmation, Version
from studios.models import Membership, Move, MovedOn
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.localization.replaced import ALL_THE_SAME, CLEAR, CUT_OUT, SRT, accept_master, compared
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media.models import Master, Sidecar

EIGHT = ("en", "zh-Hans", "es", "pt-BR", "fr", "ja", "id", "ar")
State = Version.State


@pytest.fixture
def first(cut) -> Master:
    with scope(cut.studio_id):
        return Master.objects.get()


@pytest.fixture
def bring(cut, editor, reviewer):
    """Bring a text in, in a language, and have it approved."""

    def brought(language="es", text=SRT, *, approved=True, **more):
        data = text.format(language=language).encode()
        with scope(cut.studio_id):
            version = import_subtitles(data, filename="a.srt", cut=cut, language=language, by=editor, **more)
            return version.submit(by=editor).approve(by=reviewer) if approved else version

    return brought


@pytest.fixture
def member(lantern):
    """A member's membership by person."""

    def membership(person) -> Membership:
        with scope(lantern):
            return Membership.objects.get(user=person)

    return membership


def unconfirmed(cut):
    with scope(cut.studio_id):
        found = Version.objects.filter(track__cut=cut).timing_unconfirmed().select_related("track")
        return sorted(f"{version.track.language} v{version.number}" for version in found)


def replaced(cut, first, passages=CUT_OUT) -> Master:
    with scope(cut.studio_id):
        second = accept_master(cut)
        compared(first, second, passages)
        return second


def conformed(cut, membership) -> Conforming:
    with scope(cut.studio_id, person=membership.user):
        return conform(cut, seen=plan(cut).digest(), member=membership)


def work_off():
    for job in Job.claimed("hand down"):
        with leased(job):
            hand_down(job)


def files_for(cut, master):
    with scope(cut.studio_id):
        return {each.language: each.webvtt for each in Sidecar.objects.filter(cut=cut).timed_to(master).current()}


def newest(cut, language="es") -> Version:
    with scope(cut.studio_id):
        return Version.objects.kept().filter(track__cut=cut, track__language=language).newest_first().first()


def times(version: Version):
    return [(cue.start_ms, cue.end_ms) for cue in version.read().cues]


# Timing unconfirmed


def test_a_new_accepted_master_leaves_the_timing_of_all_before_it_unconfirmed(cut, first, bring):
    bring("es")
    before = unconfirmed(cut)
    with scope(cut.studio_id):
        second = accept_master(cut, state=Master.State.RECEIVED)
    waiting = unconfirmed(cut)
    with scope(cut.studio_id):
        second.move(Master.State.RECEIVED, Master.State.ACCEPTED, by=None)

    assert (before, waiting, unconfirmed(cut)) == ([], [], ["es v1"])


def test_what_came_before_any_master_belongs_to_the_first_that_is_accepted(cut, first, bring):
    with scope(cut.studio_id):
        Master.objects.all().delete()
    bring("es")
    with scope(cut.studio_id):
        accept_master(cut, number=1)
        with_one = unconfirmed(cut)
        accept_master(cut, number=2)

    assert (with_one, unconfirmed(cut)) == ([], ["es v1"])


def test_what_is_imported_for_the_new_master_fits_it(cut, first, bring):
    bring("es")
    replaced(cut, first)
    bring("es", SRT, approved=False)

    assert (unconfirmed(cut), newest(cut).number) == (["es v1"], 2)


@pytest.mark.parametrize("how_many", [1, 5])
def test_the_timing_of_many_versions_is_one_statement(cut, first, bring, statements, how_many):
    for language in EIGHT[:how_many]:
        bring(language, approved=False)
    replaced(cut, first)

    with scope(cut.studio_id), statements() as sent:
        found = [version.is_timing_unconfirmed for version in Version.objects.with_timing()]

    assert (len(sent), found) == (1, [True] * how_many)


# Confirming


def test_a_person_confirms_that_the_timing_still_holds(cut, first, bring, second_reviewer):
    version = bring("es")
    work_off()
    second = replaced(cut, first)
    with scope(cut.studio_id, person=second_reviewer):
        version.confirm_timing(by=second_reviewer)
        move = version.moves().last()
    work_off()

    assert unconfirmed(cut) == []
    assert (move.person, move.why) == (second_reviewer, "Timing confirmed for master 2.")
    assert files_for(cut, second) == files_for(cut, first)
    assert newest(cut).number == 1


def test_nobody_confirms_the_timing_of_what_they_wrote_and_had_approved(cut, first, bring, editor):
    version = bring("es")
    replaced(cut, first)

    with scope(cut.studio_id), pytest.raises(OwnWork):
        version.confirm_timing(by=editor)


def test_the_second_to_confirm_is_told(cut, first, bring, reviewer, second_reviewer):
    version = bring("es")
    replaced(cut, first)
    with scope(cut.studio_id):
        version.confirm_timing(by=reviewer)

        with pytest.raises(MovedOn, match="confirmed already"):
            version.confirm_timing(by=second_reviewer)


# Conforming


def test_one_confirmation_sets_eight_languages_right(cut, first, bring, member, second_reviewer):
    for language in EIGHT:
        bring(language)
    work_off()
    second = replaced(cut, first)

    done = conformed(cut, member(second_reviewer))

    assert [times(newest(cut, language)) for language in EIGHT] == [[(1_000, 2_500), (38_000, 39_000)]] * 8
    assert {newest(cut, language).master_id for language in EIGHT} == {second.pk}
    assert [newest(cut, language).repairs for language in EIGHT] == [
        ["Cue 2 was dropped: nothing of it is left in the new picture."]
    ] * 8
    with scope(cut.studio_id):
        version = newest(cut)
        assert (done.author, version.author, version.retimed_from.number) == (second_reviewer, second_reviewer, 1)


def test_what_is_only_moved_stays_approved_by_whoever_may_approve_it(cut, first, bring, member, second_reviewer):
    bring("es", CLEAR)
    bring("fr", SRT)
    second = replaced(cut, first)

    conformed(cut, member(second_reviewer))
    work_off()

    assert [newest(cut, language).state for language in ("es", "fr")] == [State.APPROVED, State.IN_REVIEW]
    assert list(files_for(cut, second)) == ["es"]
    assert "00:00:38.000 --> 00:00:39.000" in files_for(cut, second)["es"]
    assert "00:00:40.000 --> 00:00:41.000" in files_for(cut, first)["es"]


def test_a_producer_conforms_and_reviewers_look_again(cut, first, bring, member, producer, reviewer):
    bring("es", CLEAR)
    replaced(cut, first)

    conformed(cut, member(producer))
    version = newest(cut)
    with scope(cut.studio_id):
        version.approve(by=reviewer)

    assert (version.state, version.author) == (State.APPROVED, producer)


def test_whoever_wrote_a_text_does_not_keep_it_approved_alone(lantern, cut, first, bring, member, editor):
    with scope(lantern):
        Membership.objects.filter(user=editor).update(roles=[Role.EDITOR, Role.REVIEWER])
    bring("es", CLEAR)
    replaced(cut, first)

    conformed(cut, member(editor))

    assert newest(cut).state == State.IN_REVIEW


def test_a_draft_stays_a_draft_and_the_approved_one_before_it_moves_as_well(cut, first, bring, member, second_reviewer):
    bring("es", CLEAR)
    bring("es", CLEAR.replace("lied", "cheated"), approved=False)
    replaced(cut, first)

    conformed(cut, member(second_reviewer))

    with scope(cut.studio_id):
        found = Version.objects.filter(track__cut=cut).order_by("number")
        assert [(each.number, each.state, "lied" in each.document) for each in found] == [
            (1, State.APPROVED, True),
            (2, State.DRAFT, False),
            (3, State.APPROVED, True),
            (4, State.DRAFT, False),
        ]


def test_where_nothing_moves_no_new_version_is_made(cut, first, bring, member, second_reviewer):
    bring("es")
    second = replaced(cut, first, ALL_THE_SAME)

    conformed(cut, member(second_reviewer))
    work_off()

    with scope(cut.studio_id):
        confirmation = TimingConfirmation.objects.get()
    assert (newest(cut).number, confirmation.master_id, unconfirmed(cut)) == (1, second.pk, [])
    assert list(files_for(cut, second)) == ["es"]


def test_a_translation_goes_on_naming_what_it_renders(cut, first, bring, member, second_reviewer):
    source = bring("en")
    bring("es", translated_from=source)
    replaced(cut, first)

    conformed(cut, member(second_reviewer))

    with scope(cut.studio_id):
        assert newest(cut, "es").translated_from == newest(cut, "en")


def test_an_editor_of_one_language_leaves_the_others_alone(lantern, cut, first, bring, member):
    bring("es")
    bring("fr")
    replaced(cut, first)
    nina = make_member(lantern, "Nina", Role.EDITOR, languages=("fr",))

    conformed(cut, member(nina))

    assert unconfirmed(cut) == ["es v1", "fr v1"]
    assert (newest(cut, "es").number, newest(cut, "fr").number) == (1, 2)


def test_whoever_saw_something_else_is_asked_to_look_again(cut, first, bring, member, second_reviewer):
    bring("es")
    replaced(cut, first)
    with scope(cut.studio_id):
        seen = plan(cut).digest()
    bring("fr")
    with scope(cut.studio_id):
        Version.objects.filter(track__language="fr")
        accept_master(cut, number=3)

        with pytest.raises(MovedOn, match="Something has changed"):
            conform(cut, seen=seen, member=member(second_reviewer))


def test_what_was_not_compared_is_not_touched(cut, first, bring, member, second_reviewer):
    bring("es")
    with scope(cut.studio_id):
        accept_master(cut)
        proposed: Plan = plan(cut)

        assert ([each.retimed for each in proposed.proposals], proposed.ready) == ([None], [])
        with pytest.raises(MovedOn):
            conform(cut, seen=proposed.digest(), member=member(second_reviewer))


# Taking back


def test_taking_back_brings_the_old_times_back_in_all_languages(cut, first, bring, member, second_reviewer):
    for language in ("es", "fr"):
        bring(language, CLEAR)
    second = replaced(cut, first)
    done = conformed(cut, member(second_reviewer))
    work_off()

    with scope(cut.studio_id, person=second_reviewer):
        take_back(done, by=second_reviewer)
    work_off()

    assert [newest(cut, language).number for language in ("es", "fr")] == [1, 1]
    assert (unconfirmed(cut), files_for(cut, second)) == (["es v1", "fr v1"], {})
    assert sorted(files_for(cut, first)) == ["es", "fr"]
    with scope(cut.studio_id):
        assert done.state == Conforming.State.TAKEN_BACK
        assert Move.objects.filter(to_state=State.TAKEN_BACK, noun="localization.version").count() == 2


def test_a_confirmation_is_taken_back_as_well(cut, first, bring, member, second_reviewer):
    bring("es")
    second = replaced(cut, first, ALL_THE_SAME)
    done = conformed(cut, member(second_reviewer))
    work_off()

    with scope(cut.studio_id, person=second_reviewer):
        take_back(done, by=second_reviewer)

    assert (unconfirmed(cut), files_for(cut, second)) == (["es v1"], {})


def test_conforming_again_after_taking_back_is_as_good_as_the_first_time(cut, first, bring, member, second_reviewer):
    bring("es", CLEAR)
    second = replaced(cut, first)
    done = conformed(cut, member(second_reviewer))
    work_off()
    with scope(cut.studio_id, person=second_reviewer):
        take_back(done, by=second_reviewer)

    conformed(cut, member(second_reviewer))
    work_off()

    assert (newest(cut).number, newest(cut).state, list(files_for(cut, second))) == (3, State.APPROVED, ["es"])


def test_taking_back_twice_is_told(cut, first, bring, member, second_reviewer):
    bring("es")
    replaced(cut, first)
    done = conformed(cut, member(second_reviewer))

    with scope(cut.studio_id, person=second_reviewer):
        again = Conforming.objects.get(pk=done.pk)
        take_back(done, by=second_reviewer)
        with pytest.raises(MovedOn):
            take_back(again, by=second_reviewer)


# What a release would lack


def test_tracks_that_fit_no_version_to_the_master_are_named(cut, first, bring, member, second_reviewer):
    bring("es", CLEAR)
    bring("fr", approved=False)
    second = replaced(cut, first)

    with scope(cut.studio_id):
        before = [track.language for track in untimed(cut, second)]
    conformed(cut, member(second_reviewer))
    with scope(cut.studio_id):
        assert (before, untimed(cut, second), untimed(cut, first)) == (["es"], [], [])


def test_when_the_newest_master_is_not_accepted_any_more_the_one_before_counts_again(cut, first, bring):
    second = replaced(cut, first)
    bring("es")
    with scope(cut.studio_id):
        second.move(Master.State.ACCEPTED, Master.State.NEEDS_WAIVER, by=None)
        compared(second, first, ALL_THE_SAME)

        assert [each.alignment.old_master for each in plan(cut).ready] == [second]
    assert unconfirmed(cut) == ["es v1"]
