"""What people say about frames of a film: who may, what becomes of it, and where it leads."""

import pytest

from localization.models import Assignment
from studios.models import Membership, Notice
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Episode
from titles.media.models import Finding, PictureNote
from titles.media.models.picture_note import Answered, NotYours


@pytest.fixture
def episode(stores, lantern, producer) -> Episode:
    """An episode that plays for thirty seconds."""
    with scope(lantern, person=producer):
        return make_episode(make_series(), 1)


@pytest.fixture
def note(lantern, episode, editor) -> PictureNote:
    with scope(lantern, person=editor):
        return PictureNote.say("The ring is missing.", cut=episode.default_cut(), at_ms=12_345, by=editor)


def place(episode, *parts) -> str:
    return "/".join(["/admin/catalog/episode", str(episode.pk), "notes", *(str(part) for part in parts), ""])


def test_a_note_is_about_the_frame_and_the_picture_that_was_seen(lantern, episode, desk, editor):
    answer = desk(editor).post(place(episode), {"text": "The ring is missing.", "at_ms": "12345"})

    with scope(lantern):
        kept = PictureNote.objects.get()
        assert (kept.at_ms, kept.author, kept.cut, kept.package) == (
            12_345,
            editor,
            episode.default_cut(),
            episode.default_cut().packages.get(),
        )
    assert answer.url == f"/admin/catalog/episode/{episode.pk}/change/?tab=notes&t=12.345#note-{kept.pk}"


def test_no_note_is_about_what_comes_after_the_film(lantern, episode, desk, editor):
    desk(editor).post(place(episode), {"text": "And then?", "at_ms": "80000000"})

    with scope(lantern):
        assert PictureNote.objects.get().at_ms == episode.default_cut().packages.get().duration_ms


def test_a_page_that_plays_on_gets_the_list_alone(episode, desk, editor):
    page = desk(editor).post(
        place(episode), {"text": "Too <b>dark</b>.", "at_ms": "1000"}, headers={"HX-Request": "true"}
    )

    assert page.content.decode().count("<html") == 0
    assert "Too &lt;b&gt;dark&lt;/b&gt;." in page.content.decode()


@pytest.mark.parametrize("sent", [{"text": " ", "at_ms": "1"}, {"text": "x" * 4_001, "at_ms": "1"}, {"text": "x"}])
def test_what_is_no_note_is_told_and_not_kept(lantern, episode, desk, editor, sent):
    page = desk(editor).post(place(episode), sent, headers={"HX-Request": "true"})

    with scope(lantern):
        assert (page.status_code, PictureNote.objects.count()) == (200, 0)


def test_an_answer_belongs_to_the_note_that_it_answers(lantern, episode, note, desk, producer):
    client = desk(producer)
    client.post(place(episode), {"text": "It is on her other hand.", "at_ms": "0", "answers": str(note.pk)})
    with scope(lantern):
        answer = PictureNote.objects.get(author=producer)
    client.post(place(episode), {"text": "So it is.", "at_ms": "0", "answers": str(answer.pk)})

    with scope(lantern):
        answers = PictureNote.objects.filter(answers=note).values_list("text", "at_ms").order_by("id")
        assert list(answers) == [("It is on her other hand.", 12_345), ("So it is.", 12_345)]


def test_a_note_is_resolved_and_opened_again(lantern, episode, note, desk, producer):
    client = desk(producer)
    client.post(place(episode, note.pk, "resolve"))
    client.post(place(episode, note.pk, "reopen"))

    with scope(lantern):
        moves = list(note.moves().values_list("from_state", "to_state", "person"))
    assert moves == [("open", "resolved", producer.pk), ("resolved", "open", producer.pk)]


def test_a_note_is_taken_back_by_its_author_alone(lantern, episode, note, desk, producer, editor):
    desk(producer).post(place(episode, note.pk, "take-back"))
    with scope(lantern):
        left = PictureNote.objects.count()
        with pytest.raises(NotYours):
            note.take_back(by=producer)
    desk(editor).post(place(episode, note.pk, "take-back"))

    with scope(lantern):
        assert (left, PictureNote.objects.count()) == (1, 0)


def test_a_note_that_was_answered_stays(lantern, note, editor, producer):
    with scope(lantern):
        note.answer("It is on her other hand.", by=producer)
        with pytest.raises(Answered):
            note.take_back(by=editor)


def test_whoever_is_mentioned_is_told_and_led_to_the_frame(lantern, episode, desk, editor, producer):
    desk(editor).post(place(episode), {"text": "@Pia Producer, is this the ring?", "at_ms": "2000"})

    with scope(lantern):
        notice, kept = Notice.objects.get(), PictureNote.objects.get()
    led = desk(producer).get(f"/admin/media/picturenote/{kept.pk}/change/").url
    assert (notice.person, notice.row_id) == (producer, kept.pk)
    assert led == f"/admin/catalog/episode/{episode.pk}/change/?tab=notes&t=2.000#note-{kept.pk}"


def test_a_note_of_another_episode_is_not_found_here(lantern, note, desk, producer):
    with scope(lantern, person=producer):
        other = make_episode(note.cut.episode.series, 2)

    assert desk(producer).post(place(other, note.pk, "resolve")).status_code == 404


def test_guests_neither_read_nor_write_notes(lantern, episode, note, desk):
    guest = desk(make_member(lantern, "Gita Guest", Role.GUEST))

    answers = [
        guest.post(place(episode), {"text": "x", "at_ms": "1"}),
        guest.get(f"/admin/catalog/episode/{episode.pk}/part/notes/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_what_was_found_at_some_place_stands_on_the_time_line_of_members_alone(lantern, episode, desk, producer):
    guest = make_member(lantern, "Gita Guest", Role.GUEST)
    with scope(lantern, person=producer):
        found = {"master": episode.default_cut().packages.get().master, "rule": "black", "severity": "needs waiver"}
        Finding.objects.create(**found, sentence="It is black.", start_ms=2_000, end_ms=3_500)
        Finding.objects.create(**found, sentence="It is short.")
        member = Membership.objects.get(user=guest)
        Assignment.objects.create(member=member, episode=episode, language="fr", made_by=producer)
    address = f"/admin/catalog/episode/{episode.pk}/change/"

    own, assigned = (desk(person).get(address).content.decode() for person in (producer, guest))

    mark = '<li data-from="2000" data-until="3500" data-kind="needs-waiver">It is black.</li>'
    assert (own.count(mark), own.count("data-until=")) == (1, 1)
    assert ("data-player" in assigned, "It is black." in assigned) == (True, False)


def test_an_outsider_finds_no_notes(episode, note, desk, outsider):
    assert desk(outsider).post(place(episode, note.pk, "resolve")).status_code == 404
    assert "The ring is missing." not in desk(outsider).get("/admin/media/picturenote/").content.decode()
