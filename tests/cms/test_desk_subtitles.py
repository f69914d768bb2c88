"""Subtitles on the desk: read and shown before they are written, reviewed beside the film, by language."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from localization.models import Version
from studios.models import Membership, Move
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import SRT, subtitles
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Episode
from titles.jobs.models import Job


@pytest.fixture
def episode(stores, lantern, producer) -> Episode:
    with scope(lantern, person=producer):
        return make_episode(make_series(), 1)


def chosen(data: bytes, language: str = "es", name: str = "EP01.srt") -> dict:
    return {"file": SimpleUploadedFile(name, data), "language": language, "kind": "full"}


def seal_in(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def test_a_file_is_shown_before_it_is_written(lantern, episode, desk, editor):
    page = desk(editor).post(f"/admin/catalog/episode/{episode.pk}/subtitles/", chosen(SRT.encode())).content.decode()

    with scope(lantern):
        assert Version.objects.count() == 0
    assert "You lied to me." in page
    assert "utf-8" in page


def test_what_was_seen_is_written_when_it_is_confirmed(lantern, episode, desk, editor):
    client, address = desk(editor), f"/admin/catalog/episode/{episode.pk}/subtitles/"
    seen = seal_in(client.post(address, chosen(SRT.encode())).content.decode())

    client.post(address, {"seen": seen})

    with scope(lantern):
        version = Version.objects.select_related("track", "author").get()
    assert (version.track.language, version.state, version.author) == ("es", "draft", editor)
    assert [cue.text for cue in version.read().cues] == ["You lied to me.", "In my own house."]


def test_the_language_decides_how_bytes_are_read(episode, desk, editor):
    data = SRT.replace("You lied to me.", "嘘をついたのね。").encode("shift-jis")

    page = desk(editor).post(f"/admin/catalog/episode/{episode.pk}/subtitles/", chosen(data, "ja")).content.decode()

    assert "嘘をついたのね。" in page


def test_an_altered_confirmation_writes_nothing(lantern, episode, desk, editor):
    client, address = desk(editor), f"/admin/catalog/episode/{episode.pk}/subtitles/"
    seen = seal_in(client.post(address, chosen(SRT.encode())).content.decode())

    page = client.post(address, {"seen": seen[:-3] + "abc"}, follow=True).content.decode()

    with scope(lantern):
        assert Version.objects.count() == 0
    assert "Choose the file again." in page


def test_a_file_that_cannot_be_read_is_told_with_its_line(episode, desk, editor):
    page = desk(editor).post(f"/admin/catalog/episode/{episode.pk}/subtitles/", chosen(b"no subtitles at all"))

    assert "Line 1:" in page.content.decode()


def test_an_editor_of_spanish_imports_no_arabic(lantern, episode, desk):
    person = make_member(lantern, "Sol", Role.EDITOR, languages=("es",))
    page = desk(person).post(f"/admin/catalog/episode/{episode.pk}/subtitles/", chosen(SRT.encode(), "ar"))

    assert "Select a valid choice" in page.content.decode()


def test_a_confirmation_in_a_language_that_was_taken_away_is_refused(lantern, episode, desk):
    person = make_member(lantern, "Sol", Role.EDITOR, languages=("es", "ar"))
    client, address = desk(person), f"/admin/catalog/episode/{episode.pk}/subtitles/"
    seen = seal_in(client.post(address, chosen(SRT.encode(), "ar")).content.decode())
    with scope(lantern):
        Membership.objects.filter(user=person).update(languages=["es"])

    assert client.post(address, {"seen": seen}).status_code == 403


def test_what_one_person_saw_is_not_confirmed_by_another_or_for_another_episode(
    lantern, episode, desk, editor, owner, producer
):
    with scope(lantern, person=producer):
        second = make_episode(episode.series, 2)
    first, other = (f"/admin/catalog/episode/{each.pk}/subtitles/" for each in (episode, second))
    seen = seal_in(desk(editor).post(first, chosen(SRT.encode())).content.decode())

    pages = [
        desk(owner).post(first, {"seen": seen}, follow=True).content.decode(),
        desk(editor).post(other, {"seen": seen}, follow=True).content.decode(),
    ]

    assert ["Choose the file again." in page for page in pages] == [True, True]
    with scope(lantern):
        assert Version.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PRODUCER, 403), (Role.REVIEWER, 403), (Role.DISTRIBUTOR, 403), (Role.VIEWER, 403), (Role.GUEST, 404)],
)
def test_only_owners_and_editors_import(lantern, episode, desk, role, status):
    client = desk(make_member(lantern, "Nina", role))

    assert client.get(f"/admin/catalog/episode/{episode.pk}/subtitles/").status_code == status


def test_an_outsider_imports_nothing_here(episode, desk, outsider):
    assert desk(outsider).get(f"/admin/catalog/episode/{episode.pk}/subtitles/").status_code == 404


@pytest.fixture
def in_review(lantern, episode, editor) -> Version:
    with scope(lantern, person=editor):
        return subtitles(episode.default_cut(), "es", by=editor).submit(by=editor)


def verb(version, name):
    return f"/admin/localization/version/{version.pk}/do/{name}/"


def test_a_version_stands_beside_what_it_translates(lantern, episode, in_review, desk, reviewer, editor):
    with scope(lantern):
        subtitles(episode.default_cut(), "en", by=editor, text=SRT.replace("You lied to me.", "The source says so."))

    page = desk(reviewer).get(f"/admin/localization/version/{in_review.pk}/change/").content.decode()

    assert "You lied to me." in page
    assert "The source says so." in page
    assert f"/admin/localization/version/{in_review.pk}/subtitles.vtt" in page


def test_the_film_shows_a_version_that_nobody_approved_yet(in_review, desk, reviewer):
    file = desk(reviewer).get(f"/admin/localization/version/{in_review.pk}/subtitles.vtt")

    assert file.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert file.content.startswith(b"WEBVTT\n")


def test_an_outsider_gets_no_words(in_review, desk, outsider):
    assert desk(outsider).get(f"/admin/localization/version/{in_review.pk}/subtitles.vtt").status_code == 404


def test_a_reviewer_approves(lantern, in_review, desk, reviewer):
    desk(reviewer).post(verb(in_review, "approve"))

    with scope(lantern):
        assert Version.objects.get().state == "approved"
        assert Job.objects.filter(kind="hand down").count() == 1


def test_a_reviewer_asks_for_changes_with_a_reason(lantern, in_review, desk, reviewer):
    desk(reviewer).post(verb(in_review, "ask_for_changes"), {"why": "Too formal for Mei."})

    with scope(lantern):
        move = Move.objects.filter(row_id=in_review.pk).latest("id")
    assert (move.to_state, move.why, move.person) == ("changes requested", "Too formal for Mei.", reviewer)


def test_nobody_approves_their_own_words(lantern, episode, desk):
    both = make_member(lantern, "Bo Both", Role.EDITOR, Role.REVIEWER)
    with scope(lantern):
        version = subtitles(episode.default_cut(), "es", by=both).submit(by=both)

    page = desk(both).post(verb(version, "approve"), follow=True).content.decode()

    with scope(lantern):
        assert Version.objects.get().state == "in review"
    assert "so somebody else has to review it" in page


def test_a_reviewer_of_other_languages_sees_no_button(lantern, in_review, desk):
    arabic = desk(make_member(lantern, "Amal", Role.REVIEWER, languages=("ar",)))

    page = arabic.get(f"/admin/localization/version/{in_review.pk}/change/").content.decode()

    assert verb(in_review, "approve") not in page
    assert arabic.post(verb(in_review, "approve")).status_code == 403


def test_many_are_approved_at_once_and_only_those_that_may_be(lantern, episode, desk, editor):
    with scope(lantern):
        versions = {
            language: subtitles(episode.default_cut(), language, by=editor).submit(by=editor)
            for language in ("es", "fr", "ar")
        }
    client = desk(make_member(lantern, "Rosa", Role.REVIEWER, languages=("es", "fr")))

    client.post(
        "/admin/localization/version/",
        {"action": "approve", "_selected_action": [str(version.pk) for version in versions.values()]},
    )

    with scope(lantern):
        states = {version.track.language: version.state for version in Version.objects.select_related("track")}
    assert states == {"es": "approved", "fr": "approved", "ar": "in review"}


@pytest.mark.parametrize("how_many", [1, 5])
def test_the_page_of_a_version_takes_as_much_for_five_cues_as_for_one(
    lantern, episode, desk, reviewer, editor, statements, how_many
):
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\nLine {n}\n\n" for n in range(1, how_many + 1))
    with scope(lantern):
        version = subtitles(episode.default_cut(), "es", by=editor, text=text).submit(by=editor)
    client, address = desk(reviewer), f"/admin/localization/version/{version.pk}/change/"
    client.get(address)  # Django remembers content types from the first time on

    with statements() as sent:
        client.get(address)

    # session, person, studios, membership; version, source, edition, findings, moves; stand-ins, inbox
    assert len(sent) == 11
