from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studios.keys import new_id
from studios.models import Studio
from studios.scope import scope
from tests.swift import Swift
from tests.titles.media.tools import MISSING, SUPPORTED, Tools, found
from titles.catalog.models import Cut, Episode, Series
from titles.jobs import waking


@pytest.fixture
def stores(settings: Any, tmp_path: Path) -> Path:
    """Masters and packages lie in folders of this test, and so does what is in work."""
    folder = tmp_path / "stores"
    settings.HOME = tmp_path / "home"
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            alias: {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": folder / alias, "base_url": None},
            }
            for alias in ("masters", "packages", "artwork", "scratch", "cold")
        },
    }
    return folder


@pytest.fixture
def in_bucket(stores: Path, swift: Swift, settings: Any) -> Swift:
    """Masters, packages and artwork lie in a bucket of this test instead, and what is in work still here."""
    name = f"test-{new_id()}"
    swift.bucket(name)
    settings.STORAGES = {
        **settings.STORAGES,
        **{alias: swift.storage(name, location=alias) for alias in ("masters", "packages", "artwork")},
    }
    return swift


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


@pytest.fixture(params=SUPPORTED)
def tools(request: pytest.FixtureRequest) -> Tools:
    """Each supported ffmpeg in turn; a test is skipped for one that is not on this machine."""
    there = found(request.param)
    if there is None:
        pytest.skip(MISSING[request.param])
    return there


def make_cut(studio: Studio, slug: str = "heiress") -> Cut:
    with scope(studio):
        series = Series.objects.create(slug=slug, title=slug.title(), original_language="zh-hans")
        return Episode.objects.create(series=series, number=1).default_cut()


@pytest.fixture
def cut(lantern: Studio, stores: Path, messages: list[str]) -> Cut:
    """The first episode of the heiress at Lantern."""
    return make_cut(lantern)
