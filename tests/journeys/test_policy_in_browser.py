"""Every own page in the system's Chromium, under its Content-Security-Policy: nothing is refused, nothing is broken."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from studios.scope import scope
from tests.at_the_desk import desk, statics_from_the_tree, stores
from tests.browsing import CHROMIUM, Complaints, browser, watched
from tests.cms.stock import one_of_each
from tests.every_address import NoVisit, every_address, visit
from titles.distribution.models import Partner

__all__ = ["browser", "desk", "statics_from_the_tree", "stores"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the policy in a browser needs Chromium: apt install chromium"),
]


@pytest.fixture
def stocked(stores: Any, lantern: Any, producer: Any, second_producer: Any) -> None:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)


@pytest.fixture
def pages(browser: Browser, desk: Callable, owner: Any, live_server: Any) -> Iterator[dict[str, Page]]:
    """A page of somebody who has not signed in, and one of the owner."""
    session = {"name": "sessionid", "value": desk(owner).cookies["sessionid"].value, "url": live_server.url}
    windows = {name: browser.new_context(base_url=live_server.url) for name in ("nobody", "owner")}
    windows["owner"].add_cookies([session])
    yield {name: window.new_page() for name, window in windows.items()}


@pytest.fixture
def complaints(pages: dict[str, Page]) -> dict[str, Complaints]:
    return {name: watched(page.context) for name, page in pages.items()}


def settled(page: Page) -> None:
    """Wait until the page's scripts have had their turn."""
    page.wait_for_load_state()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_no_page_does_what_its_policy_refuses(stocked, desk, owner, pages, complaints):
    people = {"nobody": Client(raise_request_exception=False), "owner": desk(owner)}
    visited, unknown = [], []

    for address in every_address():
        try:
            found = visit(address, owner, people)
        except NoVisit as reason:
            unknown.append(str(reason))
            continue
        if found is not None:
            name, path = found
            complaints[name].at = address.pattern
            pages[name].goto(path)
            settled(pages[name])
            visited.append(address.pattern)

    assert unknown == []
    assert [found for each in complaints.values() for found in each.found] == []
    assert {"admin/", "admin/login/", "studio/", "admin/catalog/episode/<path:object_id>/change/"} <= set(visited)


def test_the_form_of_an_empty_installation_keeps_to_its_policy(db, browser, live_server):
    window = browser.new_context(base_url=live_server.url, color_scheme="dark")
    complaints = watched(window)
    page = window.new_page()

    page.goto("/")
    settled(page)

    expect(page.locator("html")).to_have_class("dark")
    expect(page.get_by_role("button", name="Open the studio")).to_be_visible()
    assert complaints.found == []


def test_a_script_that_got_into_a_page_does_not_run(stocked, pages, complaints):
    page = pages["owner"]
    page.goto("/admin/")

    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror=\"window.ran = true\">')")
    page.wait_for_timeout(200)

    assert page.evaluate("window.ran") is None
    assert {text.split()[1] for _at, text in complaints["owner"].found if text.startswith("refused")} == {
        "script-src-elem",
        "script-src-attr",
        "img-src",
    }


def test_the_desk_still_does_what_it_did(stocked, lantern, owner, pages, complaints):
    with scope(lantern, person=owner):
        partner = Partner.objects.get()
    page = pages["owner"]

    page.goto("/admin/")
    page.get_by_role("button", name="Olive Owner").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_class("dark")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Type to search").press_sequentially("heiress")
    expect(page.locator("#command-results-list")).to_contain_text("The Secret Heiress 1")

    page.goto("/admin/distribution/grant/add/")
    page.locator(".select2-container").first.click()
    page.get_by_role("option", name="Nova Reels 1").click()
    page.get_by_role("link", name="Today").first.click()

    page.goto("/admin/catalog/series/")
    page.locator("input.action-select").first.check()
    expect(page.locator("#changelist-actions")).to_be_visible()
    assert page.locator("#changelist-actions").evaluate("bar => bar.style.width") != ""

    page.goto("/admin/catalog/series/add/")
    page.get_by_role("tab", name="简体中文").click()
    expect(page.locator("#id_title_zh_hans")).to_be_visible()

    page.goto(f"/admin/distribution/partner/{partner.pk}/change/")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator("#secret")).to_have_value(re.compile("^octavo_"))
    page.get_by_role("button", name="Copy").click()
    settled(page)

    assert complaints["owner"].found == []
