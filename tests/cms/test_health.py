import pytest
from django.db import connection

from titles.jobs.models import WorkerSeen

ALL_OK = {"ready": True, "database": "ok", "broker": "ok", "storage": "ok", "workers": "ok"}


@pytest.fixture
def both_pools(transactional_db):
    WorkerSeen.say("media")
    WorkerSeen.say("general")


def test_the_process_says_that_it_lives_without_asking_the_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_with_everything_there_it_is_ready(client, both_pools):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, ALL_OK)


def test_a_pool_without_a_worker_is_named(client, transactional_db):
    WorkerSeen.say("general")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == ALL_OK | {"ready": False, "workers": "no media worker was seen within 30 s"}


def test_a_store_that_takes_nothing_is_named(client, both_pools, settings):
    nowhere = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": "/dev/null/packages"}}
    settings.STORAGES = settings.STORAGES | {"packages": nowhere}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == ALL_OK | {"ready": False, "storage": "does not answer"}


def test_the_probe_leaves_nothing_in_the_stores(client, both_pools, settings, tmp_path):
    store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"masters": store}

    client.get("/readyz")

    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []


def test_a_database_that_is_away_is_named_and_nothing_about_where_it_is(
    client, django_db_blocker, monkeypatch, tmp_path
):
    with django_db_blocker.unblock():
        monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
        connection.close()
        answer = client.get("/readyz")
        connection.close()

    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"
    assert answer.json()["workers"] == "unknown while the database does not answer"
    assert str(tmp_path) not in answer.content.decode()


def test_a_disk_that_is_nearly_full_is_a_warning_and_no_reason_to_send_nobody(client, both_pools, settings):
    settings.LEAST_FREE_BYTES = 10**18

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == ALL_OK | {"warning": "the disk is nearly full: nothing is taken in until there is room"}
