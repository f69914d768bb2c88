"""The world of these tests: Lantern releases The Secret Heiress; Nova Reels is its partner."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from studios.models import Studio, User
from studios.scope import scope
from tests.titles.distribution.stories import Desk, Reader, make_episode, make_grant, make_series
from titles.catalog.models import Episode, Series
from titles.distribution.models import Partner
from titles.jobs import waking


@pytest.fixture(autouse=True)
def messages() -> Iterator[list[str]]:
    """The kinds of work that were announced, instead of a broker."""
    sent: list[str] = []
    sender = waking._sender
    waking.send_with(sent.append)
    yield sent
    waking._sender = sender


@pytest.fixture
def desk(producer: User, second_producer: User) -> Desk:
    return Desk(producer, second_producer)


@pytest.fixture
def nova(lantern: Studio) -> Partner:
    with scope(lantern):
        return Partner.objects.make("Nova Reels", "nova")


@dataclass(frozen=True)
class Heiress:
    """A series of which everything is approved, and the partner that has a grant of all of it."""

    studio: Studio
    series: Series
    episodes: list[Episode]
    partner: Partner


@pytest.fixture
def heiress(lantern: Studio, desk: Desk, nova: Partner) -> Heiress:
    """Two episodes and the card are released and granted; the relay has not run yet."""
    with scope(lantern):
        series = make_series()
        episodes = [make_episode(series, number) for number in (1, 2)]
        for subject in (series, *episodes):
            desk.release(subject)
        make_grant(nova, series)
    return Heiress(lantern, series, episodes, nova)


@pytest.fixture
def reader(lantern: Studio, nova: Partner) -> Reader:
    return Reader.of(lantern, nova)
