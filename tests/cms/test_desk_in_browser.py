"""The desk in the system's Chromium: accessible in light, dark and right to left, narrow, by keyboard, and alive."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, Page, expect, sync_playwright

from localization.models import Version
from studios.models import User
from studios.scope import scope
from tests.cms.stock import SRT, one_of_each
from titles.catalog.models import Episode, Series
from titles.distribution.models import Delivery, Partner, Release
from titles.jobs.models import Job

CHROMIUM = shutil.which("chromium")
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_ALL = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 2000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the desk in a browser (7 tests) needs Chromium: apt install chromium"),
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, in which Django would refuse to ask the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        yield launched
        launched.close()
        connection.close()  # what was asked beside that loop went over a connection of its own


@pytest.fixture
def stocked(stores, lantern, producer, second_producer) -> list[str]:
    """The addresses of one page of each kind."""
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        Job.objects.all().delete()
        series, episode = Series.objects.get(), Episode.objects.get()
        version, release, partner, delivery = (kind.objects.get() for kind in (Version, Release, Partner, Delivery))
    return [
        "/admin/",
        f"/admin/catalog/series/{series.pk}/change/",
        f"/admin/catalog/series/{series.pk}/change/?tab=texts",
        f"/admin/catalog/series/{series.pk}/change/?tab=credits",
        f"/admin/catalog/episode/{episode.pk}/change/",
        f"/admin/catalog/episode/{episode.pk}/change/?tab=subtitles",
        f"/admin/catalog/episode/{episode.pk}/subtitles/",
        f"/admin/catalog/episode/{episode.pk}/history/",
        f"/admin/localization/version/{version.pk}/change/",
        "/admin/localization/version/",
        f"/admin/distribution/release/{release.pk}/change/",
        f"/admin/distribution/partner/{partner.pk}/change/",
        f"/admin/distribution/delivery/{delivery.pk}/change/",
        "/admin/distribution/grant/add/",
        "/admin/studios/membership/add/",
        "/admin/studios/standin/add/",
        "/admin/localization/assignment/add/",
        "/admin/leave/",
        "/admin/inbox/",
        "/admin/studios/change/",
        "/admin/me/",
    ]


@pytest.fixture
def at(browser: Browser, desk: Callable, live_server) -> Callable[..., Page]:
    """``at(person, **context)`` is a page of a browser in which that person has signed in."""

    def signed_in(person: User, **context) -> Page:
        window = browser.new_context(base_url=live_server.url, **context)
        cookie = desk(person).cookies["sessionid"].value
        window.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        return window.new_page()

    return signed_in


def faults(page: Page, addresses: list[str], rules: dict = _ALL) -> dict[str, list[str]]:
    """What axe finds, page by page."""
    found = {}
    for address in addresses:
        page.goto(address)
        page.wait_for_function("window.Alpine !== undefined")
        violations = Axe().run(page, options=rules).response["violations"]
        if violations:
            found[address] = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations]
    return found


def test_every_page_is_accessible(stocked, owner, at):
    assert faults(at(owner), stocked) == {}


def test_every_page_can_be_read_in_the_dark(stocked, owner, at):
    assert faults(at(owner, color_scheme="dark"), stocked, _CONTRAST) == {}


def test_pages_are_accessible_from_right_to_left(stocked, owner, at):
    User.objects.filter(pk=owner.pk).update(language="ar")

    assert faults(at(owner), stocked[::3]) == {}


def test_no_page_is_wider_than_a_small_phone(stocked, owner, at):
    page = at(owner, viewport={"width": 320, "height": 640})
    wider = []

    for address in stocked:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wider.append(address)

    assert wider == []


def test_tabs_are_walked_with_the_arrow_keys(stocked, owner, at):
    page = at(owner)
    page.goto(stocked[4])

    page.get_by_role("tab", name="Video").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Subtitles")).to_be_visible()
    page.keyboard.press("End")
    page.get_by_role("tab", name="English").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="简体中文")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#id_title_zh_hans")).to_be_visible()


def test_the_page_follows_the_work_without_being_loaded_again(stocked, lantern, owner, at):
    with scope(lantern, person=owner):
        job = Job.enqueue("compose", Episode.objects.get().default_cut(), by=owner)
    page = at(owner)
    page.goto(stocked[4])
    expect(page.locator("#work")).to_contain_text("Compose an edition")
    page.evaluate("window.wasNotLoadedAgain = true")

    with scope(lantern, person=owner):
        job.cancel(by=owner)

    expect(page.locator("#work")).not_to_contain_text("Compose an edition")
    assert page.evaluate("window.wasNotLoadedAgain") is True
    assert page.locator("#work").get_attribute("hx-trigger") is None


def test_a_master_and_its_subtitles_come_in_through_the_page(stocked, lantern, owner, at):
    page = at(owner)
    page.goto(stocked[4])

    page.set_input_files("#master-file", {"name": "EP01_final.mp4", "mimeType": "video/mp4", "buffer": FILM})
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("#masters")).to_contain_text("EP01_final.mp4")

    page.goto(stocked[6] + "?language=ja")
    page.set_input_files("input[type=file]", {"name": "a.srt", "mimeType": "text/plain", "buffer": SRT.encode()})
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("table")).to_contain_text("You lied to me.")
    page.get_by_role("button", name="Import as a draft").click()

    expect(page.locator(".standing")).to_contain_text("draft")
