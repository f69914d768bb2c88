import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from django.db.utils import IntegrityError

from studios.models import Change, Move
from studios.scope import NoScope, OtherScope, scope
from titles.catalog.models import Episode, Series


def test_a_query_outside_a_scope_is_an_error(lantern):
    with pytest.raises((ProgrammingError, DataError)), transaction.atomic():
        Series.objects.count()


def test_a_row_made_outside_a_scope_is_an_error():
    with pytest.raises(NoScope):
        Series(slug="heiress")


def test_another_studios_rows_are_invisible(lantern, harbor):
    with scope(lantern):
        Series.objects.create(slug="heiress", title="Heiress")

    with scope(harbor):
        assert list(Series.objects.all()) == []


def test_another_studios_rows_cannot_be_changed(lantern, harbor):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title="Heiress")

    with scope(harbor):
        assert Series.objects.filter(pk=series.pk).update(slug="stolen") == 0


def test_a_row_cannot_be_written_into_another_studio(lantern, harbor):
    with pytest.raises(ProgrammingError, match="row-level security"), scope(lantern):
        Series.objects.create(slug="heiress", studio=harbor)


def test_an_episode_cannot_hang_on_another_studios_series(lantern, harbor):
    with scope(harbor):
        foreign = Series.objects.create(slug="tides", title="Tides")

    with pytest.raises(IntegrityError, match="series_of_same_studio"), scope(lantern):
        Episode.objects.create(series_id=foreign.pk, number=1)


def test_a_scope_of_another_studio_inside_a_scope_is_refused(lantern, harbor):
    with scope(lantern), pytest.raises(OtherScope), scope(harbor):
        pass


def test_the_scope_ends_with_its_block(lantern):
    with scope(lantern):
        Series.objects.create(slug="heiress")

    with pytest.raises((ProgrammingError, DataError)), transaction.atomic():
        Series.objects.count()


def test_every_change_leaves_a_row_with_person_and_door(lantern, producer):
    with scope(lantern, person=producer, door="admin"):
        series = Series.objects.create(slug="heiress")
        Series.objects.filter(pk=series.pk).update(slug="heiress-2")
        kept = list(Change.objects.filter(row_id=series.pk).order_by("id").values_list("operation", "person", "door"))

    assert kept == [("insert", producer.pk, "admin"), ("update", producer.pk, "admin")]


def test_an_update_that_changes_nothing_leaves_no_change(in_lantern):
    series = Series.objects.create(slug="heiress")
    Series.objects.filter(pk=series.pk).update(slug="heiress")

    assert Change.objects.filter(row_id=series.pk).count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM studios_change",
        "UPDATE studios_change SET door = 'x'",
        "INSERT INTO studios_change DEFAULT VALUES",
    ],
)
def test_the_audit_cannot_be_forged(in_lantern, statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_moves_cannot_be_rewritten(in_lantern):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Move.objects.update(why="rewritten")


def test_the_login_owns_nothing_and_bypasses_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, 0)


def test_every_table_of_a_studio_is_isolated(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE attname = 'studio_id' AND relkind IN ('r', 'p') AND NOT relrowsecurity"
        )
        assert cursor.fetchall() == []
