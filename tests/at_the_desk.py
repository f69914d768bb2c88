"""Fixtures for tests that open pages; a conftest takes them over by importing them."""

from collections.abc import Callable
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
