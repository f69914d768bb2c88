"""Every own page in the system's Chromium: nothing in it is refused or broken, and everybody can read and work it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from localization.models import Assignment
from studios.joining import invite
from studios.models import Membership, StandIn, Studio, StudioKey, User
from studios.roles import Role
from studios.scope import scope
from tests.at_the_desk import desk, statics_from_the_tree, stores
from tests.browsing import CHROMIUM, Complaints, browser, chromium, page_of, settled, watched
from tests.cms.stock import one_of_each
from tests.conftest import PASSWORD, make_member
from tests.every_address import ANY, every_address, visit
from tests.looking_over import lend_eyes, looked_over, looked_over_from_right_to_left
from titles.catalog.models import Episode
from titles.distribution.models import Partner

__all__ = ["browser", "chromium", "desk", "statics_from_the_tree", "stores"]

#: As much of a passkey as its own pages show.
PASSKEY = {"name": "Key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
#: Pages that have another face behind the same address, and who sees it.
OTHER_FACES = [("nobody", "/invitations/spent/"), ("nobody", "/account/ended/?unsent=1")]
#: Pages that every noun has from one template: one of each is looked over, all of them keep to the policy.
ALIKE = ("/history/", "/delete/")
#: A page with nothing wrong, as long as nothing stands in its body.
FAULTY = (
    "<!DOCTYPE html><html lang=en><title>Night</title><style>body { margin: 0 } .wide { width: 400px }"
    ".dark body { background: black; color: white } .dark .night { color: dimgray }</style>"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the pages in a browser (9 tests) need Chromium: apt install chromium"),
]


@pytest.fixture
def stocked(stores: Any, lantern: Any, owner: Any, producer: Any, second_producer: Any) -> None:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        away, deputy = (Membership.objects.get(user=person) for person in (producer, second_producer))
        today = timezone.localdate()
        StandIn.objects.create(approver=away, deputy=deputy, from_date=today, until_date=today)
        StudioKey.make("reporting", scopes=[StudioKey.Scope.CATALOG], by=owner)
        Assignment.objects.create(member=deputy, episode=Episode.objects.get(), language="fr", made_by=owner)


@pytest.fixture
def staff(lantern: Any) -> User:
    """Somebody of the platform's staff with every kind of second factor but a passkey."""
    person = make_member(lantern, "Stella Staff", Role.OWNER)
    User.objects.filter(pk=person.pk).update(is_platform=True)
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    return person


def with_a_factor(client: Client, person: User) -> Client:
    """``client``, whose session has used the person's second factor."""
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, person, "mfa")
    request.session.save()
    return client


@pytest.fixture
def people(stocked: None, desk: Callable, owner: User, second_producer: User, staff: User) -> dict[str, Client]:
    """Everybody whose pages are looked at; the last one has given a password and no code yet."""
    halfway = Client(raise_request_exception=False)
    halfway.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    return {
        "nobody": Client(raise_request_exception=False),
        "owner": desk(owner),
        "with a passkey": with_a_factor(desk(second_producer), second_producer),
        "staff": with_a_factor(desk(staff), staff),
        "halfway": halfway,
    }


@pytest.fixture
def pages(browser: Browser, people: dict[str, Client], live_server: Any) -> dict[str, Page]:
    """A page of each of ``people``."""
    opened = {name: page_of(client, browser, live_server.url) for name, client in people.items()}
    for page in opened.values():
        lend_eyes(page.context)
    return opened


@pytest.fixture
def complaints(pages: dict[str, Page]) -> dict[str, Complaints]:
    return {name: watched(page.context) for name, page in pages.items()}


@pytest.fixture
def named(lantern: Studio, owner: User, second_producer: User, stocked: None) -> dict[str, Any]:
    """What stands for the arguments of addresses that are no rows of the desk."""
    passkey = Authenticator.objects.create(user=second_producer, type=Authenticator.Type.WEBAUTHN, data=PASSKEY)
    with scope(lantern, person=owner):
        secret = invite(email="nina@lantern.example", name="Nina", roles=[Role.EDITOR], by=owner)[1]
        member = Membership.objects.get(user=second_producer)
    return {**ANY, "studio_id": lantern.pk, "pk": passkey.pk, "secret": secret, "membership_id": member.pk}


@pytest.fixture
def visits(owner: User, people: dict[str, Client], named: dict[str, Any]) -> Callable[..., list[tuple[str, str]]]:
    """``visits(every=3)`` tells who opens which path, so that every third page there is has been opened once."""

    def found(every: int = 1) -> list[tuple[str, str]]:
        places = [visit(address, owner, people, named) for address in every_address()[::every]]
        return [place for place in places if place is not None] + OTHER_FACES

    return found


@pytest.fixture
def walk(pages: dict[str, Page], complaints: dict[str, Complaints]) -> Callable[..., list[str]]:
    """``walk(visits, look)`` opens all of ``visits`` and tells what ``look(page)`` found, and what was refused."""

    def walk_through(visits: list[tuple[str, str]], look: Callable[[Page], list[str]]) -> list[str]:
        faults: list[str] = []
        to_look_over = _one_of_each(visits)
        for name, path in visits:
            complaints[name].at = path
            pages[name].goto(path)
            settled(pages[name])
            if path in to_look_over:
                faults += [f"{path} of {name} is {fault}" for fault in look(pages[name])]
        return faults + [f"{path}: {text}" for each in complaints.values() for path, text in each.found]

    return walk_through


def _one_of_each(visits: list[tuple[str, str]]) -> set[str]:
    """The paths of ``visits``, with one alone of those that are alike."""
    paths = [path for _name, path in visits]
    alike = [next((path for path in paths if path.endswith(end)), "") for end in ALIKE]
    return {path for path in paths if not path.endswith(ALIKE)} | set(alike)


def test_every_page_keeps_to_its_policy_and_can_be_read_by_everybody_on_every_screen(walk, visits):
    places = visits()

    faults = walk(places, looked_over)

    assert not faults, "\n".join(faults)
    assert {"/admin/", "/account/login/", "/platform/"} <= {path for _name, path in places}


def test_pages_are_accessible_from_right_to_left(walk, visits, pages):
    places = visits(every=3)
    User.objects.update(language="ar")
    for page in pages.values():
        page.set_extra_http_headers({"Accept-Language": "ar"})

    faults = walk(places, looked_over_from_right_to_left)

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<button></button>", "inaccessible: button-name: <button></button>"),
        (
            '<p class="night">Night</p>',
            'unreadable in the dark: color-contrast: <p class="night">Night</p>',
        ),
        ('<p class="wide">Night</p>', 'wider than a phone: 400 px: <p class="wide">Night</p>'),
    ],
)
def test_a_fault_is_told_with_its_kind_and_the_element(browser, body, fault):
    page = browser.new_page()
    lend_eyes(page.context)
    page.goto("data:text/html," + FAULTY + body)

    assert looked_over(page) == [fault]


def test_a_page_that_stays_light_is_not_taken_for_a_dark_one(browser):
    page = browser.new_page()
    lend_eyes(page.context)
    page.goto("data:text/html," + FAULTY.replace(".dark", ".gloom") + "Night")

    assert looked_over(page) == ["unreadable in the dark: it stays light"]


def test_the_form_of_an_empty_installation_keeps_to_its_policy(db, browser, live_server):
    window = browser.new_context(base_url=live_server.url, color_scheme="dark")
    complaints = watched(window)
    lend_eyes(window)
    page = window.new_page()

    page.goto("/")
    settled(page)

    expect(page.locator("html")).to_have_class("dark")
    expect(page.get_by_role("button", name="Open the studio")).to_be_visible()
    assert complaints.found == []
    assert looked_over(page) == []


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
    page.get_by_text("Make a key").click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#secret")).to_have_value(re.compile("^octavo_"))
    page.get_by_role("button", name="Copy").click()
    settled(page)

    assert complaints["owner"].found == []
