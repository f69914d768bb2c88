from collections.abc import Iterator
from typing import Any

import pytest

from studios.models import Studio
from studios.scope import scope
from titles.catalog.models import Cut, Episode, Series
from titles.jobs import waking
from titles.media.models import Master


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
def cut(lantern: Studio, messages: list[str]) -> Cut:
    """The first episode of the heiress at Lantern: a picture of thirty seconds."""
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title="Heiress", original_language="zh-Hans")
        cut = Episode.objects.create(series=series, number=1).default_cut()
        make_master(cut)
        return cut


def make_master(cut: Cut, *, number: int = 1, state: str = "accepted", duration_ms: int = 30_000) -> Master:
    return Master.objects.create(
        cut=cut,
        number=number,
        file=f"{cut.studio_id}/{number}.mp4",
        original_name="episode.mp4",
        size_bytes=1,
        sha256=f"{number:064}",
        state=state,
        inspection={"verdict": state, "probe": {"video": {"duration_ms": duration_ms}}, "measured": {}, "findings": []},
    )
