from collections.abc import Iterator
from typing import Any

import pytest

from studios.scope import scope
from titles.catalog.models import Series
from titles.jobs import waking
from titles.jobs.models import Job


@pytest.fixture(autouse=True)
def calm_heart(settings: Any) -> None:
    """A heart beats on a connection of its own, which sees no job that only the transaction of a test has."""
    settings.JOB_HEARTBEAT_S = 3600.0


@pytest.fixture
def messages() -> Iterator[list[str]]:
    """The kinds of work that were announced, instead of a broker."""
    sent: list[str] = []
    sender = waking._sender
    waking.send_with(sent.append)
    yield sent
    waking._sender = sender


@pytest.fixture
def heiress(lantern) -> Series:
    with scope(lantern):
        return Series.objects.create(slug="heiress", title="Heiress")


@pytest.fixture
def tides(harbor) -> Series:
    with scope(harbor):
        return Series.objects.create(slug="tides", title="Tides")


@pytest.fixture
def job(heiress, messages) -> Job:
    """Somebody asked for the heiress to be relayed."""
    with scope(heiress.studio_id):
        return Job.enqueue("relay", heiress)
