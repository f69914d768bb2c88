"""A studio whose time is over is gone, whole: no row, no file, no account; the studio beside it is as it was."""

import os
import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from cms.leaving import closing
from cms.leaving.preparing import ask
from cms.leaving.purging import in_order, purge_everything_due
from cms.leaving.tables import tables
from cms.leaving.tasks import export_studios
from cms.owner import as_owner
from studios.models import Membership, Purge, Studio, User
from studios.roles import Role
from studios.scope import scope
from tests.cms.leaving.stock import files_of, fill, rows_of
from tests.conftest import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def beside(harbor, outsider, lantern):
    """Harbor has as much as Lantern, and Vera works in both."""
    fill(harbor, author=outsider, reviewer=make_member(harbor, "Hanna Harbor", Role.PRODUCER))
    vera = make_member(lantern, "Vera Both", Role.VIEWER)
    with scope(harbor):
        Membership.objects.create(user=vera, roles=[Role.VIEWER])
    return harbor


@pytest.fixture
def over(series, lantern, owner):
    """The time of Lantern, which has closed, is over; an export of it is still kept."""
    with scope(lantern):
        ask(lantern, by=owner)
    export_studios()
    closing.close(lantern.pk, by=owner, door="admin", after=timedelta(0))
    return lantern


def rows_anywhere(studio_id):
    """Tables of the database, whatever their columns are called, in which the id of the studio stands."""
    with as_owner(), connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name != "studios_purge"]
        found = []
        for name in names:
            told = f'SELECT count(*) FROM "{name}" whole WHERE whole::text LIKE %s'  # noqa: S608
            cursor.execute(told, [f"%{studio_id}%"])
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def test_nothing_of_it_is_left_and_the_other_studio_is_as_it_was(over, beside):
    before, files = rows_of(beside.pk), files_of(beside.pk, settings.HOME)
    assert len(files_of(over.pk, settings.HOME)) == 8

    purge_everything_due()

    assert rows_of(over.pk) == {}
    assert set(rows_anywhere(over.pk)) <= {"django_session"}
    assert files_of(over.pk, settings.HOME) == {}
    assert list((settings.HOME / "media").glob(f"*/{over.pk}")) == []
    assert (rows_of(beside.pk), files_of(beside.pk, settings.HOME)) == (before, files)


def test_one_line_of_evidence_is_left(over, owner):
    rows = sum(len(found) for found in rows_of(over.pk).values())

    purge_everything_due()

    left = Purge.objects.get()
    assert (left.whose, left.closed_by, left.rows, left.files, left.people) == (over.pk, owner.pk, rows, 8, [])
    assert left.closed_at < left.begun_at < left.ended_at


def test_accounts_that_work_nowhere_else_are_erased_and_staff_is_not(over, beside, owner, producer):
    User.objects.filter(pk=producer.pk).update(is_platform=True)

    purge_everything_due()

    erased = set(User.objects.exclude(erased_at=None).values_list("pk", flat=True))
    vera = User.objects.get(email="vera.both@lantern.example")
    assert (owner.pk in erased, producer.pk in erased, vera.pk in erased) == (True, False, False)


def test_purging_again_changes_nothing(over):
    purge_everything_due()

    purge_everything_due()

    assert Purge.objects.count() == 1


def test_a_purge_that_is_killed_goes_on(here, over, beside):
    before, whole = rows_of(beside.pk), sum(len(found) for found in rows_of(over.pk).values())
    with here.as_owner() as database:
        database.execute("SELECT FROM catalog_series WHERE studio_id = %s FOR UPDATE", [over.pk])
        purging = here.script("from cms.leaving.purging import purge_everything_due; purge_everything_due()")
        assert here.somebody_waits(settings.APP_LOGIN)
        os.kill(purging.pid, signal.SIGKILL)
        purging.wait()
    half = rows_of(over.pk)

    purge_everything_due()

    assert 0 < sum(len(found) for found in half.values()) < whole
    assert (rows_of(over.pk), files_of(over.pk, settings.HOME)) == ({}, {})
    assert rows_of(beside.pk) == before
    assert (Purge.objects.get().rows, Purge.objects.get().files) == (whole, 8)


def test_the_catalog_and_the_models_know_the_same_tables():
    assert set(in_order()) == {table.name for table in tables()}


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_a_studio_that_is_not_closing_cannot_be_purged(series, lantern, owner, state):
    with scope(lantern):
        Studio.objects.filter(pk=lantern.pk).update(state=state, purged_after=timezone.now() - timedelta(days=1))
    before = rows_of(lantern.pk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT octavo_begin_purge(%s)", [lantern.pk])
        with pytest.raises(DatabaseError, match="is not being purged"):
            cursor.execute("SELECT octavo_purge_rows(%s, 'catalog_tag', 10)", [lantern.pk])

    assert rows_of(lantern.pk) == before


def test_the_products_login_cannot_pretend_that_a_purge_goes_on(lantern):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute("INSERT INTO studios_purge (whose, begun_at) VALUES (%s, now())", [lantern.pk])


def test_the_products_login_cannot_silence_the_audit(lantern):
    with scope(lantern), connection.cursor() as cursor:
        cursor.execute("SET LOCAL octavo.verbatim = 'on'")
        Studio.objects.filter(pk=lantern.pk).update(name="Lampion")
        cursor.execute("SELECT count(*) FROM studios_change WHERE operation = 'update'")

        assert cursor.fetchone() == (1,)


def test_the_clock_deletes_nothing_of_a_studio_that_reopened_in_time(lantern, owner):
    closing.close(lantern.pk, by=owner, door="admin")
    closing.reopen(lantern.pk, by=owner, door="admin")

    purge_everything_due()

    assert rows_of(lantern.pk)["studios_studio"] != []
