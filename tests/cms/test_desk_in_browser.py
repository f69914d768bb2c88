"""The desk in the system's Chromium: worked by keyboard, alive, and taking in what is uploaded."""

import pytest
from playwright.sync_api import expect

from studios.scope import scope
from tests.browsing import CHROMIUM, at, browser, chromium
from tests.cms.stock import SRT, one_of_each
from titles.catalog.models import Episode
from titles.jobs.models import Job
from titles.media.tasks import take_in_uploads

__all__ = ["at", "browser", "chromium"]

FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 2000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the desk in a browser (3 tests) needs Chromium: apt install chromium"),
]


@pytest.fixture
def episode(stores, lantern, producer, second_producer) -> Episode:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        Job.objects.all().delete()
        return Episode.objects.get()


@pytest.fixture
def address(episode: Episode) -> str:
    return f"/admin/catalog/episode/{episode.pk}/change/"


def test_tabs_are_walked_with_the_arrow_keys(address, owner, at):
    page = at(owner)
    page.goto(address)

    page.get_by_role("tab", name="Video").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Notes")).to_be_visible()
    page.keyboard.press("End")
    page.get_by_role("tab", name="English").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="简体中文")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#id_title_zh_hans")).to_be_visible()


def test_the_page_follows_the_work_without_being_loaded_again(episode, address, lantern, owner, at):
    with scope(lantern, person=owner):
        job = Job.enqueue("compose", episode.default_cut(), by=owner)
    page = at(owner)
    page.goto(address)
    expect(page.locator("#work")).to_contain_text("Compose an edition")
    page.evaluate("window.wasNotLoadedAgain = true")

    with scope(lantern, person=owner):
        job.cancel(by=owner)

    expect(page.locator("#work")).not_to_contain_text("Compose an edition")
    assert page.evaluate("window.wasNotLoadedAgain") is True
    assert page.locator("#work").get_attribute("hx-trigger") is None


def test_a_master_and_its_subtitles_come_in_through_the_page(address, owner, at):
    page = at(owner)
    page.goto(address)

    page.set_input_files("#master-file", {"name": "EP01_final.mp4", "mimeType": "video/mp4", "buffer": FILM})
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("#work")).to_contain_text("Take in an upload")
    take_in_uploads()
    expect(page.locator("#masters")).to_contain_text("EP01_final.mp4")

    page.goto(address.replace("change", "subtitles") + "?language=ja")
    page.set_input_files("input[type=file]", {"name": "a.srt", "mimeType": "text/plain", "buffer": SRT.encode()})
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("table")).to_contain_text("You lied to me.")
    page.get_by_role("button", name="Import as a draft").click()

    expect(page.locator(".standing")).to_contain_text("draft")
