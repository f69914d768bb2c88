"""The board while real work moves on it, and the player with a real film: in the system's Chromium."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import storages
from playwright.sync_api import Page, expect

from localization.importing import import_subtitles
from localization.tasks import hand_down_versions
from studios.models import Studio
from studios.scope import scope
from tests.at_the_desk import desk, statics_from_the_tree, stores
from tests.browsing import CHROMIUM, at, browser, chromium, watched
from tests.journeys import material
from tests.titles.media.footage import film, made
from titles.catalog.models import Episode
from titles.jobs.models import Job
from titles.media.models import Edition, Finding, Master, Mix, PictureNote
from titles.media.receiving import receive
from titles.media.receiving_sound import SentFile, receive_mix
from titles.media.tasks import compose_cuts, encode_sounds, transcode_masters

__all__ = ["at", "browser", "chromium", "desk", "statics_from_the_tree", "stores"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="board and player (2 tests) need Chromium: apt install chromium"),
]


#: Short and small films pass, so that two rungs are made of them in a moment.
LIMITS = {"shortest_ms": 1_000, "least_width_px": 540, "least_height_px": 960, "no_duplicates": False}


def bring(folder: Path, episode: Episode, lantern: Studio, by, **look) -> Master:
    """The master of ``episode``: four seconds with two rungs in them."""
    file = film(folder / "HEIRESS_EP01.mp4", **{"seconds": 4, "width_px": 540, "height_px": 960, **look})
    with scope(lantern):
        cut = episode.default_cut()
    with file.open("rb") as content:
        return receive(content, cut=cut, name=file.name, by=by)


def test_the_board_shows_work_until_it_is_done_and_mends_a_failure_by_its_button(
    workers, at, lantern, producer, tmp_path
):
    episodes = [material.episode(lantern, number=number) for number in (1, 2)]
    with scope(lantern):
        Studio.objects.filter(pk=lantern.pk).update(media_limits=LIMITS)
    page = at(producer)
    complaints = watched(page.context)
    moving = bring(tmp_path, episodes[0], lantern, producer, seconds=6)
    page.goto("/admin/board/")
    page.evaluate("window.wasNotLoadedAgain = true")
    row = page.locator(".board-row").filter(has_text="Transcode a master")

    expect(row.locator("progress")).to_be_visible(timeout=60_000)
    expect(page.locator(".board-finished")).to_contain_text("Compose an edition", timeout=90_000)
    expect(page.locator("#board")).not_to_have_attribute("hx-trigger", "every 2s", timeout=30_000)
    assert page.evaluate("window.wasNotLoadedAgain")
    with scope(lantern):
        assert Edition.objects.filter(package__master=moving).count() == 1

    lost = bring(tmp_path, episodes[1], lantern, producer, picture="testsrc", seconds=2)
    store = storages["masters"]
    with store.open(lost.file.name) as file:
        content = file.read()
    store.delete(lost.file.name)
    page.reload()
    broken = page.locator(".board-trouble")
    expect(broken).to_contain_text("missing from the store", timeout=60_000)
    store.save(lost.file.name, io.BytesIO(content))
    broken.get_by_role("button", name="Retry").click()

    expect(page.locator(".board-trouble")).to_have_count(0)
    expect(page.locator("#board")).not_to_have_attribute("hx-trigger", "every 2s", timeout=90_000)
    with scope(lantern):
        assert Edition.objects.filter(package__master=lost).count() == 1
    assert complaints.found == []


@pytest.fixture
def episode(stores, settings, lantern, producer, editor, reviewer, tmp_path) -> Episode:
    """An episode that plays in two rungs, with a dub, subtitles in two languages, a finding and a note."""
    settings.TRANSCODE_QUALITY, settings.HOME = "preview", tmp_path / "home"
    episode = material.episode(lantern)
    master = bring(tmp_path, episode, lantern, producer)
    with scope(lantern, person=producer):
        cut = episode.default_cut()
        Finding.objects.create(
            master=master, rule="black", severity="needs waiver", sentence="It is black.", start_ms=2_000, end_ms=3_000
        )
        Master.objects.filter(pk=master.pk).update(state="accepted")
        PictureNote.say("The ring is missing.", cut=cut, at_ms=500, by=editor)
        Job.objects.update(kind="transcode")
    transcode_masters()
    for language in ("es", "ar"):
        data = material.subtitles(language)
        version = import_subtitles(data, filename=f"EP01.{language}.srt", cut=cut, language=language, by=editor)
        with scope(lantern):
            version.submit(by=editor).approve(by=reviewer)
    hand_down_versions()
    dub(cut, by=producer, reviewer=reviewer, folder=tmp_path)
    return episode


def dub(cut, *, by, reviewer, folder: Path) -> None:
    sound = made(folder / "dub.wav", "-f", "lavfi", "-i", "aevalsrc=0.1*sin(2*PI*300*t):s=48000:d=4").read_bytes()
    mix = receive_mix({"whole": SentFile(io.BytesIO(sound), "dub.wav")}, cut=cut, language="es", role="dub", by=by)
    encode_sounds()
    with scope(cut.studio_id):
        Mix.objects.get(pk=mix.pk).submit(by=by).approve(by=reviewer)
    encode_sounds()
    compose_cuts()


def now_ms(page: Page) -> float:
    return page.evaluate("document.querySelector('video').currentTime * 1000")


def test_a_film_is_looked_through_and_a_note_is_left_at_its_frame(at, lantern, episode, producer):
    page = at(producer, viewport={"width": 1280, "height": 900})
    complaints = watched(page.context)
    page.goto(f"/admin/catalog/episode/{episode.pk}/change/?t=1.5")
    page.wait_for_function("document.querySelector('video').readyState >= 2", timeout=30_000)

    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 1.5) < 0.1")
    line = page.locator("[data-seek-bar]")
    line.hover(position={"x": 10, "y": 8})
    expect(page.locator("[data-preview]")).to_be_visible()
    assert "storyboard-1.jpg" in page.locator(".preview-picture").evaluate("each => each.style.backgroundImage")
    line.click(position={"x": line.bounding_box()["width"] * 0.75, "y": 8})
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 3) < 0.2")

    page.select_option("[data-qualities]", label="360×640")
    page.wait_for_function("document.querySelector('video').videoWidth === 360", timeout=30_000)
    sounds = page.locator("[data-sounds] option")
    expect(sounds).to_have_text(["English", "Español (dub)"])
    page.select_option("[data-sounds]", label="Español (dub)")
    page.select_option("[data-subtitles]", label="العربية")
    shown = "[...document.querySelector('video').textTracks].filter((each) => each.mode === 'showing')"
    page.wait_for_function(f"{shown}[0]?.language === 'ar' && {shown}[0].cues?.length === 1")
    page.select_option("[data-apps]", "drama")
    expect(page.locator(".safe-area-buttons")).to_be_visible()

    page.locator(".mark-needs-waiver").click()
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 2) < 0.1")
    expect(page.locator("[data-said]")).to_have_text("It is black.")
    page.locator("[data-frame]").focus()
    page.keyboard.press(".")
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 2.06) < 0.005")
    page.keyboard.press("j")
    page.wait_for_function("document.querySelector('video').currentTime < 0.1")
    page.keyboard.press("?")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("tab", name="Notes").click()
    page.locator(".note .seek").click()
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 0.5) < 0.01")
    page.evaluate("document.querySelector('video').currentTime = 3.25")
    page.wait_for_function("!document.querySelector('video').seeking")
    page.locator("[data-frame]").focus()
    page.keyboard.press("n")
    page.keyboard.type("Her hand is wrong.")
    page.get_by_role("button", name="Add the note").click()

    expect(page.locator(".note")).to_have_count(2)
    expect(page.get_by_role("tab", name="Notes")).to_have_text("Notes 2")
    expect(page.locator(".mark-note-open")).to_have_count(2)
    assert round(now_ms(page)) == 3_250
    with scope(lantern):
        note = PictureNote.objects.get(author=producer)
    assert (note.text, note.at_ms) == ("Her hand is wrong.", 3_240)
    assert complaints.found == []
