"""Conforming in the system's Chromium: what is proposed can be read on every screen, and one press does it."""

import pytest
from playwright.sync_api import expect

from localization.models import Version
from studios.models import User
from studios.scope import scope
from tests.browsing import CHROMIUM, at, browser, chromium, settled
from tests.cms.stock import subtitles
from tests.localization.replaced import CLEAR, SRT, accept_master, compared
from tests.looking_over import lend_eyes, looked_over, looked_over_from_right_to_left
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Episode
from titles.jobs.models import Job
from titles.media.aligning import Fate, Passage
from titles.media.models import Master

__all__ = ["at", "browser", "chromium"]

#: One of each: what stays, what moves, what is gone, what sounds otherwise, and something new at the end.
PASSAGES = (
    Passage(0, 31_000, Fate.FOUND, 0),
    Passage(31_000, 33_000, Fate.REMOVED),
    Passage(33_000, 50_000, Fate.FOUND, -2_000),
    Passage(50_000, 54_000, Fate.NOT_FOUND),
    Passage(54_000, 60_000, Fate.FOUND, -4_000),
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="conforming in a browser (1 test) needs Chromium"),
]


@pytest.fixture
def episode(stores, lantern, producer, editor, reviewer) -> Episode:
    """An episode with approved subtitles, whose picture was replaced."""
    with scope(lantern, person=producer):
        made = make_episode(make_series(), 1, subtitles=())
        cut = made.default_cut()
        for language, text in (("es", CLEAR), ("ar", SRT), ("ja", SRT)):
            version = subtitles(cut, language, by=editor, text=text.format(language=language))
            version.submit(by=editor).approve(by=reviewer)
        compared(Master.objects.get(cut=cut), accept_master(cut), PASSAGES)
        Job.objects.all().delete()
        return made


def test_subtitles_are_conformed_on_a_page_that_everybody_can_read_and_taken_back(lantern, episode, owner, at):
    page = at(owner)
    lend_eyes(page.context)
    page.goto(f"/admin/catalog/episode/{episode.pk}/change/?tab=subtitles")
    expect(page.locator("#standing")).to_contain_text("Subtitles that are timed to the newest master")
    expect(page.locator("#subtitles")).to_contain_text("timing unconfirmed")

    page.get_by_role("link", name="Conform subtitles").click()
    expect(page.locator(".timelines svg polygon.passage-removed")).to_have_count(1)
    page.get_by_text("العربية: cues before and after").click()
    expect(page.locator("details[open] tbody")).to_contain_text("dropped")
    faults = looked_over(page)
    User.objects.update(language="ar")
    page.set_extra_http_headers({"Accept-Language": "ar"})
    page.reload()
    settled(page)
    faults += looked_over_from_right_to_left(page)
    User.objects.update(language="en")
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.reload()

    page.get_by_role("button", name="Conform all 3 versions").click()
    expect(page.locator("#subtitles")).not_to_contain_text("timing unconfirmed")
    with scope(lantern):
        told = {each.track.language: each.state for each in Version.objects.newest_of_tracks().select_related("track")}
    page.goto(f"/admin/catalog/episode/{episode.pk}/conform/")
    page.get_by_role("button", name="Take it back").click()

    expect(page.locator("body")).to_contain_text("The subtitles are at their old times again.")
    assert faults == []
    assert told == {"es": "approved", "ar": "in review", "ja": "in review"}
