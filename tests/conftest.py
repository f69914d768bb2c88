"""The cast: two studios, the people of Lantern, and an outsider at Harbor who must see nothing of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from cms import celery
from cms.owner import as_owner
from studios.keys import new_id
from studios.models import Membership, Studio, User
from studios.roles import Role
from studios.scope import scope
from tests.swift import CannotRun, Swift, open_swift


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long stories first: of several processes none is left alone with them in the end."""
    items.sort(key=lambda item: not (item.get_closest_marker("journey") or item.get_closest_marker("browser")))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Make the test database as the owner; every test then runs as the ``app`` login."""
    with django_db_blocker.unblock():
        with as_owner():
            made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
        _flush_as_owner()
        yield
        celery.app.pool.force_close_all()  # what was woken on commit has left connections to the broker
        with as_owner():
            _wait_until_alone()
            teardown_databases(made, verbosity=0)


def _wait_until_alone() -> None:
    """A server takes a moment to notice that a thread or a worker has hung up; a database in use cannot be dropped."""
    ends_at_s = time.monotonic() + 10
    alone = False
    while not alone and time.monotonic() < ends_at_s:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()")
            alone = cursor.fetchone()[0]


def _flush_as_owner() -> None:
    """TRUNCATE belongs to the owner: what a transactional test leaves behind is flushed by that login."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with as_owner():
            try:
                flush(self, sql_list)
            except (
                OperationalError
            ):  # a page that was closed had asked for something, and the two waited for each other
                flush(self, sql_list)

    operations.execute_sql_flush = execute_sql_flush


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hashing a password slowly is the point of the real hasher, and a second per person of the cast."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def running_swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    """One store for all tests of a process; ``swift`` is what they ask for."""
    try:
        with open_swift(tmp_path_factory.mktemp("swift")) as store:
            yield store
    except CannotRun as reason:
        pytest.skip(f"No real S3 store to try: {reason}.")


@pytest.fixture
def swift(running_swift: Swift) -> Swift:
    """A real store with the S3 API that is up; a test that stops it needs not start it again."""
    if not running_swift.is_up:
        running_swift.start()
    return running_swift


PASSWORD = "a long password"


def make_studio(name: str) -> Studio:
    identity = new_id()
    with scope(identity):
        return Studio.objects.create(id=identity, name=name, slug=name.lower())


def make_member(studio: Studio, name: str, *roles: Role, languages: tuple[str, ...] = ()) -> User:
    user = User.objects.create_user(f"{name.lower().replace(' ', '.')}@{studio.slug}.example", PASSWORD, name=name)
    with scope(studio):
        Membership.objects.create(user=user, roles=list(roles), languages=list(languages))
    return user


@pytest.fixture
def lantern(db: None) -> Studio:
    return make_studio("Lantern")


@pytest.fixture
def harbor(db: None) -> Studio:
    return make_studio("Harbor")


@pytest.fixture
def owner(lantern: Studio) -> User:
    return make_member(lantern, "Olive Owner", Role.OWNER)


@pytest.fixture
def producer(lantern: Studio) -> User:
    return make_member(lantern, "Pia Producer", Role.PRODUCER)


@pytest.fixture
def second_producer(lantern: Studio) -> User:
    return make_member(lantern, "Paul Producer", Role.PRODUCER)


@pytest.fixture
def editor(lantern: Studio) -> User:
    return make_member(lantern, "Emil Editor", Role.EDITOR)


@pytest.fixture
def reviewer(lantern: Studio) -> User:
    return make_member(lantern, "Rosa Reviewer", Role.REVIEWER)


@pytest.fixture
def second_reviewer(lantern: Studio) -> User:
    return make_member(lantern, "Ravi Reviewer", Role.REVIEWER)


@pytest.fixture
def distributor(lantern: Studio) -> User:
    return make_member(lantern, "Dora Distributor", Role.DISTRIBUTOR)


@pytest.fixture
def outsider(harbor: Studio) -> User:
    return make_member(harbor, "Otto Outsider", Role.OWNER)


@pytest.fixture
def in_lantern(lantern: Studio) -> Iterator[Studio]:
    """The whole test stands in Lantern's scope."""
    with scope(lantern):
        yield lantern


_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT set_config")


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """``with statements() as sent:`` collects the SQL of the block, without BEGIN, COMMIT and set_config."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []
        with CaptureQueriesContext(connection) as captured:
            yield sent
        sent += [query["sql"] for query in captured if not query["sql"].startswith(_NOT_COUNTED)]

    return counting
