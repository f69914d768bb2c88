"""Coming to work in the system's Chromium: invited, let in, with a second factor, in two studios, and refused."""

from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from studios.joining import end
from studios.models import Membership, Studio, User
from studios.scope import scope
from tests.at_the_desk import statics_from_the_tree
from tests.authenticator import code_for
from tests.browsing import CHROMIUM, browser, chromium, watched
from tests.conftest import PASSWORD

__all__ = ["browser", "chromium", "statics_from_the_tree"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="accounts in a browser (2 tests) need Chromium: apt install chromium"),
]

NEW_PASSWORD = "a very long password"


@pytest.fixture(autouse=True)
def no_tries_yet(transactional_db):
    """The cache is no table of a model, so nothing empties it after a test."""
    cache.clear()


@pytest.fixture
def window(browser: Browser, live_server) -> Callable[[], BrowserContext]:
    """``window()`` is a browser of somebody's own."""
    return lambda: browser.new_context(base_url=live_server.url)


def sign_in(page: Page, person: User, password: str = PASSWORD) -> None:
    page.goto("/admin/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign In", exact=True).click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def invited_by(page: Page, email: str) -> str:
    """Invite an editor through the page of the members; returns the link that is shown once."""
    page.goto("/admin/studios/membership/add/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Name").fill("Nina Newcomer")
    page.get_by_label("Viewer", exact=True).uncheck()
    page.get_by_label("Editor", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    return page.locator("#secret").input_value()


def test_a_newcomer_is_invited_enrols_an_authenticator_switches_studios_and_is_refused(
    window, lantern, harbor, owner, outsider
):
    at_lantern, at_harbor, own = window(), window(), window()
    complaints = watched(own)
    owners, others, page = at_lantern.new_page(), at_harbor.new_page(), own.new_page()

    # The owner of Lantern invites her; Lantern asks for a second factor.
    sign_in(owners, owner)
    link = invited_by(owners, "nina@lantern.example")
    owners.goto("/admin/studios/membership/")
    expect(owners.get_by_role("region", name="Invited")).to_contain_text("nina@lantern.example")
    with scope(lantern):
        Studio.objects.update(mfa_required=True)

    # She accepts, and is led to where a second factor is added.
    page.goto(link)
    heading(page, "Lantern")
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Lantern").click()
    heading(page, "Two-Factor Authentication")
    expect(page.get_by_text("Lantern asks for a second factor.")).to_be_visible()
    page.get_by_role("link", name="Activate").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Activate").click()
    heading(page, "Recovery Codes")
    page.get_by_label("I have saved my recovery codes").check()
    page.get_by_role("link", name="To the desk").click()
    expect(page).to_have_title("Home | Octavo")

    # Harbor invites her too; she joins with the account that she has, and switches between the two.
    sign_in(others, outsider)
    page.goto(invited_by(others, "nina@lantern.example"))
    page.get_by_role("button", name="Join Harbor").click()
    switcher = page.locator(".switcher")
    expect(switcher.locator("summary")).to_contain_text("Harbor")
    switcher.locator("summary").click()
    switcher.get_by_role("button", name="Lantern").click()
    expect(page.locator(".switcher summary")).to_contain_text("Lantern")

    # What is not hers to do is refused, and so is the password without a code.
    page.goto("/admin/studios/membership/add/")
    heading(page, "This is not yours to do")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign Out").click()
    nina = User.objects.get(email="nina@lantern.example")
    sign_in(page, nina, NEW_PASSWORD)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    page.get_by_label("Code").fill(code_for(secret))
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page).to_have_title("Home | Octavo")

    # Once both studios have parted with her, nothing is left to see.
    for studio in (lantern, harbor):
        with scope(studio):
            end(Membership.objects.get(user=nina))
    page.goto("/admin/catalog/series/")
    heading(page, "No studio")
    assert complaints.found == []


@contextmanager
def passkeys(page: Page):
    """Give the browser an authenticator of its own, as a telephone or a laptop has one."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**device, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    devtools.send("WebAuthn.disable")


def test_a_passkey_is_added_and_opens_the_desk_without_a_password(window, producer):
    page = window().new_page()
    complaints = watched(page.context)
    sign_in(page, producer)

    with passkeys(page):
        page.goto("/account/mfa/webauthn/add/")
        page.get_by_label("Passwordless").check()
        page.get_by_role("button", name="Add").click()
        heading(page, "Recovery Codes")
        page.get_by_label("I have saved my recovery codes").check()
        page.goto("/account/logout/")
        page.get_by_role("button", name="Sign Out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_title("Home | Octavo")

    assert complaints.found == []
