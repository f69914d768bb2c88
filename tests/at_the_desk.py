"""Fixtures for tests that open pages; a conftest takes them over by importing them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from studios.models import User


@pytest.fixture(autouse=True)
def statics_from_the_tree(settings: Any) -> None:
    """Nobody collects static files for a test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def desk() -> Callable[[User], Client]:
    """``desk(person)`` is a browser in which that person has signed in; what goes wrong becomes a page, as outside."""

    def signed_in(person: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def stores(settings: Any, tmp_path: Path) -> Path:
    """Masters, packages and artwork lie in folders of this test."""
    folder = tmp_path / "stores"
    own = {
        alias: {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / alias, "base_url": None},
        }
        for alias in ("masters", "packages", "artwork", "scratch")
    }
    settings.STORAGES = {**settings.STORAGES, **own}
    return folder
