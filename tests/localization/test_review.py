import pytest

from localization.importing import import_subtitles
from localization.models import OwnWork, Version
from studios.models import MovedOn
from titles.jobs.models import Job


@pytest.fixture
def version(cut, in_lantern, editor):
    return import_subtitles(
        b"1\n00:00:01,000 --> 00:00:02,500\nHola\n", filename="es.srt", cut=cut, language="es", by=editor
    )


@pytest.fixture
def in_review(version, editor):
    return version.submit(by=editor)


def moves(version):
    return list(version.moves().values_list("from_state", "to_state", "person__name", "why"))


def test_submitting_asks_for_a_review(version, editor):
    version.submit(by=editor)

    assert Version.objects.get().state == "in review"
    assert moves(version) == [("draft", "in review", "Emil Editor", "")]


def test_another_person_approves(in_review, reviewer):
    in_review.approve(by=reviewer)

    assert Version.objects.get().state == "approved"
    assert moves(in_review)[1:] == [("in review", "approved", "Rosa Reviewer", "")]


def test_an_approved_version_is_handed_down(in_review, reviewer):
    in_review.approve(by=reviewer)

    assert list(Job.objects.values_list("kind", "subject_id", "state")) == [("hand down", in_review.pk, "waiting")]


def test_another_person_asks_for_changes_and_says_why(in_review, reviewer):
    in_review.ask_for_changes(by=reviewer, why="Line 1 is too long.")

    assert Version.objects.get().state == "changes requested"
    assert moves(in_review)[1:] == [("in review", "changes requested", "Rosa Reviewer", "Line 1 is too long.")]
    assert not Job.objects.exists()


@pytest.mark.parametrize("verb", ["approve", "ask_for_changes"])
def test_nobody_reviews_their_own_work(in_review, editor, verb):
    why = {"why": "I know better."} if verb == "ask_for_changes" else {}

    with pytest.raises(OwnWork, match="somebody else has to review it"):
        getattr(in_review, verb)(by=editor, **why)

    assert (Version.objects.get().state, len(moves(in_review))) == ("in review", 1)
    assert not Job.objects.exists()


def test_the_second_of_two_reviewers_is_told_that_it_moved_on(in_review, reviewer, second_reviewer):
    in_another_tab = Version.objects.get()
    in_review.approve(by=reviewer)

    with pytest.raises(MovedOn, match="no longer in review"):
        in_another_tab.ask_for_changes(by=second_reviewer, why="A typo.")

    assert (Version.objects.get().state, len(moves(in_review))) == ("approved", 2)


def test_approving_twice_hands_down_once(in_review, reviewer):
    in_review.approve(by=reviewer)

    with pytest.raises(MovedOn):
        in_review.approve(by=reviewer)

    assert Job.objects.count() == 1


def test_what_was_not_submitted_cannot_be_approved(version, reviewer):
    with pytest.raises(MovedOn):
        version.approve(by=reviewer)
