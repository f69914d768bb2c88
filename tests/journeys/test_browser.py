"""The desk as people use it: in the system's Chromium, against a real web process and real workers."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Browser, Page, expect

from cms.embedded import parts, statics
from localization.importing import import_subtitles
from studios.models import User
from studios.scope import scope
from tests.at_the_desk import desk
from tests.browsing import CHROMIUM, browser, chromium, page_of, watched
from tests.conftest import PASSWORD
from tests.journeys import material
from tests.journeys.conftest import playing
from titles.distribution.models import Release
from titles.media.models import Edition
from titles.media.receiving import receive

__all__ = ["browser", "chromium", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the browser journeys (1 test) need Chromium: apt install chromium"),
]


@pytest.fixture
def password_that_the_web_knows(producer: User) -> str:
    """The web process has the product's own hasher, not that of the tests; to hash for everybody takes seconds."""
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    User.objects.filter(pk=producer.pk).update(password=hashed)
    return PASSWORD


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of a real web process on the test database."""
    statics.collect_if_changed()
    with parts.listen("127.0.0.1", 0) as door, playing(parts.web(door)):
        yield parts.address(door)


@pytest.fixture
def episode(workers, lantern, producer, editor, reviewer, until, tmp_path):
    """An episode with a finished film and approved subtitles in eight languages."""
    made = material.episode(lantern)
    with scope(lantern):
        cut = made.default_cut()
    with material.film(tmp_path, seconds=4).open("rb") as content:
        receive(content, cut=cut, name="EP01.mp4", by=producer)
    for language in material.LANGUAGES:
        version = import_subtitles(
            material.subtitles(language), filename=f"EP01_{language}.srt", cut=cut, language=language, by=editor
        )
        with scope(lantern):
            version.submit(by=editor)
            version.approve(by=reviewer)
    until(lambda: _complete(Edition.objects.newest_first().first()), within_s=180)
    return made


def _complete(edition: Edition | None) -> bool:
    return edition is not None and edition.sidecars.count() == len(material.LANGUAGES)


def sign_in(browser: Browser, site: str, email: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(site)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url(f"{site}/admin/")
    return page


def test_a_producer_submits_what_plays_and_a_second_person_approves_it(
    browser, site, desk, lantern, episode, producer, second_producer, password_that_the_web_knows
):
    page = sign_in(browser, site, producer.email, password_that_the_web_knows)
    complaints = watched(page.context)
    page.goto(f"{site}/admin/catalog/series/")
    page.get_by_role("link", name="Heiress").first.click()
    page.get_by_role("link", name="Night 1").first.click()
    video = page.locator("video")
    expect(page.locator("[data-subtitles] option[data-language]")).to_have_count(len(material.LANGUAGES))
    plays_and_seeks(page)
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [1080, 1920]

    page.get_by_role("button", name="Submit for release").first.click()
    page.wait_for_load_state()
    with scope(lantern):
        release = Release.objects.get()
    second = page_of(desk(second_producer), browser, site)
    second.goto(f"{site}/admin/distribution/release/{release.pk}/change/")
    second.get_by_role("button", name="Approve").click()
    second.wait_for_load_state()

    with scope(lantern):
        assert Release.objects.get().state == Release.State.APPROVED
    assert complaints.found == []


#: A player that is only just loading the film interrupts whoever starts it too early.
_PLAY = "() => { const video = document.querySelector('video'); return video.play().catch(() => video.play()); }"


def plays_and_seeks(page: Page) -> None:
    """Let it play for a second, jump to two and a half, and see both happen, in the best picture there is."""
    page.evaluate("document.querySelector('video').muted = true")
    page.evaluate(_PLAY)
    page.wait_for_function("document.querySelector('video').currentTime > 1", timeout=60_000)
    page.select_option("[data-qualities]", index=1)
    page.evaluate("document.querySelector('video').currentTime = 2.5")
    page.wait_for_function("document.querySelector('video').currentTime > 3", timeout=60_000)
    page.wait_for_function("document.querySelector('video').videoWidth === 1080", timeout=60_000)
