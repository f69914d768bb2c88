"""The inbox: who is told what, in whose language."""

import pytest
from django.utils.translation import gettext_lazy

from studios.models import Membership, Notice
from studios.notices import members_who_may, mentioned, tell, tell_all, tell_the_mentioned
from studios.roles import Action
from studios.scope import scope

FAILED = gettext_lazy("failed")


@pytest.fixture
def row(outsider, in_lantern, owner):
    return Membership.objects.get(user=owner)


def test_a_notice_is_written_in_the_language_of_who_reads_it(row, editor):
    editor.language = "zh-hans"

    notice = tell(editor, Notice.Kind.FAILURE, row, FAILED)

    assert (notice.sentence, notice.noun, notice.row_id) == ("失败", "studios.membership", row.pk)


def test_the_words_of_a_sentence_are_filled_in_with_the_row(row, editor):
    notice = tell(editor, Notice.Kind.REFUSAL, row, "%(row)s was sent back: %(why)s", why="100 % too loud")

    assert notice.sentence == "Olive Owner was sent back: 100 % too loud"


def test_nobody_is_told_of_what_they_did_themselves(row, editor):
    assert tell(editor, Notice.Kind.REFUSAL, row, "%(row)s", by=editor) is None


def test_nobody_is_told_who_does_not_work_here(row, outsider):
    assert tell(outsider, Notice.Kind.REFUSAL, row, "%(row)s") is None


def test_work_without_an_author_tells_nobody(row):
    assert tell(None, Notice.Kind.FAILURE, row, "%(row)s") is None


def test_all_of_several_are_told_but_who_did_it(row, owner, editor, reviewer):
    told = tell_all([owner, editor, reviewer], Notice.Kind.EXPIRY, row, "%(row)s", by=editor)

    assert [notice.person for notice in told] == [owner, reviewer]


@pytest.mark.parametrize(
    "text",
    [
        "@Emil Editor please look",
        "please look, @emil editor.",
        "ask @emil.editor@lantern.example!",
        "(@Emil Editor)",
    ],
)
def test_a_member_is_mentioned_by_name_or_by_e_mail(row, editor, reviewer, text):
    assert mentioned(text) == [editor]


@pytest.mark.parametrize("text", ["Emil Editor", "@Emil", "@Emil Editorial", "x@Emil Editor", "@Otto Outsider", ""])
def test_nothing_else_is_a_mention(row, editor, outsider, text):
    assert mentioned(text) == []


def test_who_is_mentioned_reads_what_was_said(row, editor, reviewer):
    tell_the_mentioned(row, "Line 3, @Rosa Reviewer", by=editor)

    assert list(Notice.objects.values_list("person", "kind", "sentence")) == [
        (reviewer.pk, "mention", "You are mentioned at Olive Owner: Line 3, @Rosa Reviewer")
    ]


def test_owners_and_distributors_are_those_who_distribute(row, owner, editor, distributor):
    assert members_who_may(Action.DISTRIBUTE) == [distributor, owner]


def test_another_studio_sees_none_of_it(lantern, harbor, owner, editor):
    with scope(lantern):
        tell(editor, Notice.Kind.FAILURE, Membership.objects.get(user=owner), "%(row)s")

    with scope(harbor):
        assert Notice.objects.count() == 0
