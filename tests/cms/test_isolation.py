"""Octavo does not start on a database that would let studios see each other."""

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from cms.isolation import NotKeptApart, gaps, refuse_gaps
from cms.owner import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broken():
    """``broken(sql, mending sql)`` breaks the database as its owner; it is mended after the test."""
    mending = []

    def break_(sql, mend):
        mending.append(mend)
        _as_owner(sql)

    yield break_
    for sql in mending:
        _as_owner(sql)


def _as_owner(sql):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_database_as_our_migrations_make_it_has_no_gaps():
    refuse_gaps()

    assert gaps() == []


def test_a_table_without_row_security_is_named(broken):
    broken(
        "ALTER TABLE catalog_series DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE catalog_series ENABLE ROW LEVEL SECURITY",
    )

    assert gaps() == [
        "The table catalog_series has no row security: ALTER TABLE catalog_series ENABLE ROW LEVEL SECURITY."
    ]
    with pytest.raises(NotKeptApart, match="Octavo does not start, since studios would not be kept apart. The table"):
        refuse_gaps()
    assert [error.id for error in run_checks(tags=[Tags.database], databases=["default"])] == ["octavo.E010"]


def test_a_new_table_of_studios_needs_a_policy(broken):
    broken("CREATE TABLE forgotten (studio_id uuid)", "DROP TABLE forgotten")

    assert gaps() == [
        "The table forgotten has no row security: ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY.",
        "The table forgotten lacks the policy own_studio: restore it from a backup or from a new installation.",
    ]


def test_a_second_policy_that_opens_a_table_further_is_named(broken):
    broken("CREATE POLICY all_of_it ON catalog_series USING (true)", "DROP POLICY all_of_it ON catalog_series")

    assert gaps() == [
        "The policy all_of_it opens the table catalog_series further: DROP POLICY all_of_it ON catalog_series."
    ]


def test_a_policy_that_narrows_is_no_trouble(broken):
    broken(
        "CREATE POLICY narrower ON catalog_series AS RESTRICTIVE USING (slug <> 'x')",
        "DROP POLICY narrower ON catalog_series",
    )

    assert gaps() == []


def test_a_policy_under_the_right_name_that_says_something_else_is_found(broken):
    broken(
        "ALTER POLICY own_studio ON studios_studio USING (true)",
        "ALTER POLICY own_studio ON studios_studio USING (id = current_setting('octavo.studio')::uuid)",
    )

    assert len(gaps()) == 2


def test_the_login_may_not_be_the_owners():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'studios_studio'")
        owner = cursor.fetchone()[0]

    assert gaps(owner) == [
        f"The login {owner} owns tables, or may act as who does: give it a login of its own (docs/operators.md)."
    ]


def test_the_login_may_not_be_a_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY oid LIMIT 1")
        superuser = cursor.fetchone()[0]

    assert [sentence.partition(superuser)[2][:17] for sentence in gaps(superuser)] == [
        " is a superuser, ",
        " bypasses row sec",
        " owns tables, or ",
    ]
