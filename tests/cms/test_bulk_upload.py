"""The page that takes a season at once: what it knows, what it may do, and how it looks."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from studios.models import User
from studios.roles import Role
from studios.scope import scope
from tests.browsing import CHROMIUM, at, browser, chromium, settled, watched
from tests.conftest import make_member
from tests.looking_over import lend_eyes, looked_over, looked_over_from_right_to_left
from tests.titles.media import footage
from titles.catalog.models import Episode, Series
from titles.jobs.models import Job
from titles.media.models import Upload
from titles.media.models.upload import begun

__all__ = ["at", "browser", "chromium"]


@pytest.fixture
def heiress(lantern, settings, tmp_path) -> Series:
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="Heiress", original_language="en")
        Episode.objects.create(series=series, number=1)
        return series


@pytest.fixture
def ask(desk, heiress):
    """``ask(person, what, content)`` is what the page's script gets."""

    def asked(person: User, what: str, content: object = None):
        address = f"/admin/catalog/series/{heiress.pk}/upload/{what}"
        if content is None:
            return desk(person).get(address)
        return desk(person).post(address, json.dumps(content), content_type="application/json")

    return asked


def settings_of(page) -> dict:
    return json.loads(
        page.content.decode().split('id="bulk-upload-settings" type="application/json">')[1].split("<")[0]
    )


def test_the_page_knows_what_has_to_be_known_before_a_byte_is_sent(ask, producer, lantern, heiress):
    told = settings_of(ask(producer, ""))

    assert {key: told[key] for key in ("endpoint", "way", "longestMs", "mayCreate", "known", "unfinished")} == {
        "endpoint": f"/uploads/{lantern.pk}/",
        "way": "tus",
        "longestMs": 121_000,
        "mayCreate": True,
        "known": {"1": False},
        "unfinished": [],
    }


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_who_may_not_upload_finds_no_such_page(ask, lantern, role):
    assert ask(make_member(lantern, "Nora Nobody", role), "").status_code == 403


def test_names_are_matched_all_together(ask, producer):
    told = ask(producer, "names/", {"names": ["heiress 2 01.mp4", "heiress 2 02.mp4", "notes.txt"]}).json()["matches"]

    assert [(each["number"], each["isFilm"]) for each in told] == [(1, True), (2, True), (None, False)]


def test_missing_episodes_are_made_once(ask, producer, lantern):
    first = ask(producer, "episodes/", {"numbers": [1, 2, 3]}).json()["episodes"]
    again = ask(producer, "episodes/", {"numbers": [1, 2, 3]}).json()["episodes"]

    assert first == again
    with scope(lantern):
        assert sorted(Episode.objects.values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("names/", {"names": "EP01.mp4"}),
        ("names/", {"names": [1]}),
        ("names/", {"names": ["a"] * 1_001}),
        ("names/", []),
        ("episodes/", {"numbers": ["1"]}),
        ("episodes/", {"numbers": [True]}),
        ("episodes/", {"numbers": [-1]}),
        ("episodes/", {"numbers": [10_000]}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(ask, producer, what, content):
    assert ask(producer, what, content).status_code == 400


def test_json_that_is_nested_without_end_is_not_what_the_page_sends(desk, producer, heiress):
    address = f"/admin/catalog/series/{heiress.pk}/upload/names/"

    assert desk(producer).post(address, "[" * 200_000, content_type="application/json").status_code == 400


@pytest.fixture
def upload(lantern, heiress, producer) -> Upload:
    with scope(lantern, person=producer):
        cut = Episode.objects.get().default_cut()
        return begun(identity=Job().pk, person=producer, cut=cut, name="EP01.mp4", size_bytes=100)


def test_what_is_unfinished_is_told_to_whoever_began_it_alone(ask, producer, second_producer, upload):
    mine, others = (ask(person, "standing/").json()["unfinished"] for person in (producer, second_producer))

    assert others == []
    assert mine == [
        {
            "address": f"/uploads/{upload.studio_id}/{upload.pk}/",
            "name": "EP01.mp4",
            "size": 100,
            "arrived": 0,
            "number": 1,
        }
    ]


def test_what_became_of_an_upload_is_told_with_what_is_wrong(ask, producer, lantern, upload):
    with scope(lantern, person=producer):
        upload.move(Upload.State.RECEIVING, Upload.State.COMPLETE, by=producer)
        job = Job.enqueue("take in", upload, by=producer)
    moving = ask(producer, f"standing/?ids={upload.pk},nonsense").json()["uploads"][str(upload.pk)]
    with scope(lantern):
        job.move("waiting", "failed", by=None, error="The disk is full.")
    failed = ask(producer, f"standing/?ids={upload.pk}").json()["uploads"][str(upload.pk)]

    assert (moving["word"], moving["isMoving"], moving["trouble"]) == ("arrived", True, "")
    assert (failed["isMoving"], failed["trouble"]) == (False, "The disk is full.")


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_takes_as_many_statements_for_five_episodes_as_for_one(
    desk, producer, lantern, heiress, statements, count
):
    with scope(lantern):
        for number in range(2, count + 1):
            Episode.objects.create(series=heiress, number=number).default_cut()
    client = desk(producer)

    with statements() as sent:
        client.get(f"/admin/catalog/series/{heiress.pk}/upload/")

    assert len(sent) == STATEMENTS, sent


STATEMENTS = 9


@pytest.fixture
def season(tmp_path) -> list[Path]:
    """Two good ones, one wide, one for an episode that another is for, one that is text."""
    film = footage.film(tmp_path / "Heiress_EP01.mp4", seconds=1)
    wide = footage.film(tmp_path / "Heiress_EP04.mp4", seconds=1, width_px=384, height_px=216)
    second, twice, text = (tmp_path / name for name in ("Heiress_EP02.mp4", "Heiress_EP02 (1).mp4", "notes.txt"))
    second.write_bytes(film.read_bytes())
    twice.write_bytes(film.read_bytes() + b"1234")
    text.write_text("Dear editor,")
    return [film, wide, second, twice, text]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    CHROMIUM is None, reason="the looks of the upload page (1 test) need Chromium: apt install chromium"
)
def test_the_page_warns_before_a_byte_is_sent_and_can_be_read_by_everybody(at, producer, heiress, upload, season):
    page = at(producer)
    lend_eyes(page.context)
    complaints = watched(page.context)
    page.goto(f"/admin/catalog/series/{heiress.pk}/upload/")
    expect(page.get_by_role("button", name="Resume 1 unfinished")).to_be_visible()
    page.set_input_files("[data-files]", season)
    expect(page.locator("[data-rows] [data-cell=length]", has_text="0:01")).to_have_count(4)
    settled(page)
    warnings = dict(zip(*page.locator("[data-rows]").evaluate(_WARNINGS), strict=True))

    assert warnings == {
        "Heiress_EP01.mp4": "",
        "Heiress_EP02.mp4": "Another file is for episode 2 too.",
        "Heiress_EP02 (1).mp4": "Another file is for episode 2 too.",
        "Heiress_EP04.mp4": "Episode 4 is new and will be made.Not 9:16.",
        "notes.txt": "This is not a film: MP4, MOV or MKV is taken.Say which episode this is.",
    }
    expect(page.locator("[data-gaps]")).to_have_text("Missing between the first and the last: 3.")
    expect(page.get_by_role("button", name="Upload 2")).to_be_enabled()
    page.get_by_label("Episode number of Heiress_EP02 (1).mp4").fill("3")
    expect(page.get_by_role("button", name="Upload 4")).to_be_enabled()
    assert looked_over(page) == []
    assert complaints.found == []
    User.objects.update(language="ar")
    page.reload()
    page.set_input_files("[data-files]", season)
    expect(page.locator("[data-rows] tr")).to_have_count(5)
    assert looked_over_from_right_to_left(page) == []


_WARNINGS = """(rows) => [
  [...rows.children].map((row) => row.querySelector("bdi").textContent),
  [...rows.children].map((row) => row.querySelector("[data-cell=warnings]").textContent)]"""
