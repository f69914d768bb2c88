"""Every own page in the system's Chromium, under its Content-Security-Policy: nothing is refused, nothing is broken."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from localization.models import Assignment
from studios.models import Membership, StandIn, User
from studios.roles import Role
from studios.scope import scope
from tests.at_the_desk import desk, statics_from_the_tree, stores
from tests.browsing import CHROMIUM, Complaints, browser, watched
from tests.cms.stock import one_of_each
from tests.conftest import PASSWORD, make_member
from tests.every_address import ANY, NoVisit, every_address, visit
from titles.catalog.models import Episode
from titles.distribution.models import Partner

__all__ = ["browser", "desk", "statics_from_the_tree", "stores"]

#: As much of a passkey as its own pages show.
PASSKEY = {"name": "Key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the policy in a browser needs Chromium: apt install chromium"),
]


@pytest.fixture
def stocked(stores: Any, lantern: Any, owner: Any, producer: Any, second_producer: Any) -> None:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        away, deputy = (Membership.objects.get(user=person) for person in (producer, second_producer))
        today = timezone.localdate()
        StandIn.objects.create(approver=away, deputy=deputy, from_date=today, until_date=today)
        Assignment.objects.create(member=deputy, episode=Episode.objects.get(), language="fr", made_by=owner)


@pytest.fixture
def staff(lantern: Any) -> User:
    """Somebody of the platform's staff with every kind of second factor but a passkey."""
    person = make_member(lantern, "Stella Staff", Role.OWNER)
    User.objects.filter(pk=person.pk).update(is_platform=True)
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    return person


@pytest.fixture
def people(stocked: None, desk: Callable, owner: User, second_producer: User, staff: User) -> dict[str, Client]:
    """Everybody whose pages are looked at; the last one has given a password and no code yet."""
    halfway = Client(raise_request_exception=False)
    halfway.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    return {
        "nobody": Client(raise_request_exception=False),
        "owner": desk(owner),
        "with a passkey": desk(second_producer),
        "staff": desk(staff),
        "halfway": halfway,
    }


@pytest.fixture
def pages(browser: Browser, people: dict[str, Client], live_server: Any) -> dict[str, Page]:
    """A page of each of ``people``."""
    return {name: page_of(client, browser, live_server.url) for name, client in people.items()}


def page_of(client: Client, browser: Browser, address: str) -> Page:
    window = browser.new_context(base_url=address)
    cookies = [{"name": name, "value": each.value, "url": address} for name, each in client.cookies.items()]
    window.add_cookies(cookies)
    return window.new_page()


@pytest.fixture
def complaints(pages: dict[str, Page]) -> dict[str, Complaints]:
    return {name: watched(page.context) for name, page in pages.items()}


def settled(page: Page) -> None:
    """Wait until the page's scripts have had their turn."""
    page.wait_for_load_state()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_no_page_does_what_its_policy_refuses(lantern, owner, second_producer, people, pages, complaints):
    passkey = Authenticator.objects.create(user=second_producer, type=Authenticator.Type.WEBAUTHN, data=PASSKEY)
    named = {**ANY, "studio_id": lantern.pk, "pk": passkey.pk}
    visited, unknown = [], []

    for address in every_address():
        try:
            found = visit(address, owner, people, named)
        except NoVisit as reason:
            unknown.append(f"{reason}\n")
            continue
        if found is not None:
            name, path = found
            complaints[name].at = address.pattern
            pages[name].goto(path)
            settled(pages[name])
            visited.append(address.pattern)

    assert unknown == []
    assert [found for each in complaints.values() for found in each.found] == []
    assert {"admin/", "account/login/", "platform/", "admin/catalog/episode/<path:object_id>/change/"} <= set(visited)


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
