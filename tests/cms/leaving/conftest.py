import pytest
from django.conf import settings
from django.db import connection

from tests.at_the_desk import desk, statics_from_the_tree
from tests.cms.leaving.stock import Installation, copy_of_database, drop_database, fill

__all__ = ["desk", "statics_from_the_tree"]


@pytest.fixture
def owners_login(monkeypatch):
    """The owner's login works on the database of the tests."""
    monkeypatch.setitem(settings.DATABASE_OWNER, "NAME", connection.settings_dict["NAME"])


@pytest.fixture
def elsewhere(transactional_db, tmp_path):
    """An installation with all migrations and nothing in it."""
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    drop_database(name)
    copy_of_database(name, tmp_path)
    yield Installation(tmp_path / "elsewhere", name)
    drop_database(name)


@pytest.fixture
def here(transactional_db, tmp_path):
    """The installation of the tests, for commands in processes of their own."""
    place = Installation(tmp_path / "here", connection.settings_dict["NAME"])
    place.home.mkdir()
    (place.home / "media").symlink_to(settings.HOME / "media")
    return place


@pytest.fixture
def series(lantern, owner, producer, second_producer):
    """What Lantern has: one of each."""
    return fill(lantern, author=producer, reviewer=second_producer)
