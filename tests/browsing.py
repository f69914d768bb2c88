"""The system's Chromium, watched: what a page's policy refuses and what its scripts complain about is collected."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from studios.models import User

CHROMIUM = shutil.which("chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
_NOTE_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => noteViolation([
    event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(" ")));
"""


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """One Chromium for all tests of a module: to start it costs as much as to load ten pages."""
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, in which Django would refuse to ask the database.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield launched
        launched.close()
        connection.close()  # what was asked beside that loop went over a connection of its own


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """A Chromium in which no window is open, before the test and after it."""
    yield chromium
    for window in chromium.contexts:
        window.close()


@pytest.fixture
def at(browser: Browser, desk: Callable[[User], Client], live_server: Any) -> Callable[..., Page]:
    """``at(person, **looks)`` is a page of a window in which that person has signed in."""
    return lambda person, **looks: page_of(desk(person), browser, live_server.url, **looks)


def page_of(client: Client, browser: Browser, address: str, **looks: Any) -> Page:
    """A page of a window that has the cookies of ``client``."""
    window = browser.new_context(base_url=address, **looks)
    cookies = [{"name": name, "value": each.value, "url": address} for name, each in client.cookies.items()]
    window.add_cookies(cookies)
    return window.new_page()


def settled(page: Page) -> None:
    """Wait until the page's scripts have had their turn."""
    page.wait_for_load_state()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


@dataclass
class Complaints:
    """What a browser complained about, each with the address of the page; ``at`` is the page under test."""

    at: str = ""
    found: list[tuple[str, str]] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.found.append((self.at, text))


def watched(window: BrowserContext) -> Complaints:
    """Collect every violation of a policy, every error of a script and every line of error on the console."""
    complaints = Complaints()
    window.expose_binding("noteViolation", lambda _source, text: complaints.note(f"refused: {text}"))
    window.add_init_script(_NOTE_VIOLATIONS)
    window.on("weberror", lambda problem: complaints.note(f"script: {problem.error}"))
    window.on("console", lambda line: _note_line(complaints, line))
    return complaints


def _note_line(complaints: Complaints, line: Any) -> None:
    address = line.location.get("url", "")
    if line.type == "error" and not _is_about_an_answer_as_expected(line, address):
        complaints.note(f"console: {line.text} ({address})")


def _is_about_an_answer_as_expected(line: Any, address: str) -> bool:
    """A page that is itself a refusal, a film whose files no test has made, and the icon of a mere part of a page."""
    path = urlsplit(address).path
    is_page = line.page is not None and line.page.url == address
    is_expected = is_page or path == "/favicon.ico" or path.startswith("/media/")
    return is_expected and line.text.startswith("Failed to load resource")
