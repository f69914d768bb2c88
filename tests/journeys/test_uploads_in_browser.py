"""A season goes up from a browser: chosen at once, cut off, reloaded in the middle, and all of it arrives."""

import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cms.embedded import parts, statics
from studios.models import Studio
from studios.scope import scope
from tests.at_the_desk import desk
from tests.browsing import CHROMIUM, browser, chromium, page_of
from tests.cms.processes import eventually
from tests.journeys.conftest import playing, start
from tests.titles.media import footage
from titles.catalog.models import Episode, Series
from titles.jobs.models import Job
from titles.media.models import Master

__all__ = ["browser", "chromium", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the upload journey (1 test) needs Chromium: apt install chromium"),
]

FILES = 80
_PADDING_BYTES = 300_000


@pytest.fixture
def door(transactional_db: None) -> Iterator[Any]:
    statics.collect_if_changed()
    with parts.listen("127.0.0.1", 0) as opened:
        yield opened


@pytest.fixture
def heiress(lantern: Studio) -> Series:
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="Heiress", original_language="en")
        Episode.objects.create(series=series, number=1)
        return series


@pytest.fixture
def season(tmp_path: Path) -> list[Path]:
    """Eighty films that differ in what players skip."""
    film = footage.film(tmp_path / "film.mp4", seconds=1).read_bytes()
    made = []
    for number in range(1, FILES + 1):
        path = tmp_path / f"Heiress_EP{number:02d}_1080x1920.mp4"
        skipped = number.to_bytes(2, "big") * (_PADDING_BYTES // 2)
        path.write_bytes(film + (8 + len(skipped)).to_bytes(4, "big") + b"skip" + skipped)
        made.append(path)
    return made


def upload_page(page: Page, series: Series) -> None:
    page.goto(f"/admin/catalog/series/{series.pk}/")
    page.get_by_role("link", name="Upload episodes").click()


_LEND_INPUT = "document.body.append(Object.assign(document.createElement('input'), {type: 'file', multiple: true}))"
_DROP = """() => {
  const chosen = document.querySelector("body > input[type=file]");
  const dataTransfer = new DataTransfer();
  for (const file of chosen.files) dataTransfer.items.add(file);
  const zone = document.querySelector("[data-drop-zone]");
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  chosen.remove();
}"""
_TEN_BEGAN = "[...document.querySelectorAll('[data-rows] progress')].filter((bar) => bar.value).length > 9"


def drop(page: Page, files: list[Path]) -> None:
    """Drop ``files`` where files are dropped; a browser lets a test choose them only."""
    page.evaluate(_LEND_INPUT)
    page.set_input_files("body > input[type=file]", files)
    page.evaluate(_DROP)


def kept(studio: Studio) -> dict[int, str]:
    with scope(studio):
        return dict(Master.objects.values_list("cut__episode__number", "sha256"))


def test_eighty_files_arrive_through_a_cut_and_a_reload(browser, door, desk, lantern, heiress, season, producer):
    web = start(parts.web(door))
    page = page_of(desk(producer), browser, parts.address(door), viewport={"width": 1280, "height": 900})
    page.on("dialog", lambda dialog: dialog.accept())
    upload_page(page, heiress)
    drop(page, season)
    expect(page.locator("[data-rows] tr")).to_have_count(FILES)
    numbers = page.locator("[data-cell=number]").evaluate_all("inputs => inputs.map((input) => Number(input.value))")
    assert numbers == list(range(1, FILES + 1))
    page.get_by_role("button", name=f"Upload {FILES}").click()
    page.wait_for_function(_TEN_BEGAN)
    os.killpg(web.pid, signal.SIGKILL)
    web.wait(30)

    with playing(parts.web(door), parts.general()):
        page.reload()
        drop(page, season)
        expect(page.locator("[data-rows] tr")).to_have_count(FILES)
        page.locator("[data-upload-all]").click()
        expect(page.locator("[data-overall]")).to_have_text(f"All {FILES} files have arrived.", timeout=120_000)
        assert eventually(lambda: len(kept(lantern)) == FILES, within_s=120)

        assert kept(lantern) == {
            number: hashlib.sha256(path.read_bytes()).hexdigest() for number, path in enumerate(season, start=1)
        }
        _mend_one(page, lantern)


def _mend_one(page: Page, lantern: Studio) -> None:
    """One master is missing from the store when it is checked; it is put back, and its job asked for again."""
    with scope(lantern):
        master = Master.objects.get(cut__episode__number=7)
        jobs = Job.objects.filter(kind="inspect")
        assert jobs.filter(state="waiting").count() == FILES
        jobs.exclude(subject_id=master.pk).update(state="cancelled")  # checking them all is another story
    stored, aside = Path(master.file.path), Path(master.file.path).with_suffix(".aside")
    stored.rename(aside)
    with playing(parts.media(1)):
        page.goto("/admin/jobs/job/?standing=failed")
        assert eventually(lambda: _reloaded(page).get_by_role("link", name="Check a master").count() == 1)
        aside.rename(stored)
        page.get_by_role("link", name="Check a master").click()
        page.get_by_role("button", name="Retry").first.click()

        assert eventually(lambda: _state_of(lantern, master) != Master.State.RECEIVED)


def _reloaded(page: Page) -> Page:
    page.reload()
    return page


def _state_of(lantern: Studio, master: Master) -> str:
    with scope(lantern):
        return Master.objects.get(pk=master.pk).state
