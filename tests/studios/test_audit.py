"""The audit: every door leaves its mark, nobody rubs one out, and it is read page by page."""

import csv
import io
import itertools
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from localization.importing import import_subtitles
from studios.audit import Wanted, page
from studios.audit_sheet import COLUMNS, harmless, lines
from studios.models import Change, Membership, Move, Notice
from studios.notices import tell
from studios.scope import scope
from tests.cms.stock import SRT
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Series, Tag
from titles.jobs.leasing import leased
from titles.jobs.models import Job


def everything(wanted: Wanted | None = None, *, limit: int = 500):
    return page(wanted or Wanted(), limit=limit).entries


@pytest.mark.parametrize("table", ["studios_change", "studios_move"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET door = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_product_itself_cannot_rub_anything_out(in_lantern, table, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_a_change_of_many_rows_at_once_leaves_a_mark_of_each(lantern, producer):
    with scope(lantern, person=producer, door="admin"):
        Tag.objects.bulk_create(Tag(slug=f"t{place}", kind="trope") for place in range(3))
        Tag.objects.update(kind="genre")

        told = [(entry.operation, entry.person_id, entry.door) for entry in everything(Wanted(noun="catalog.tag"))]

    assert told == [("update", producer.pk, "admin")] * 3 + [("insert", producer.pk, "admin")] * 3


def test_an_import_leaves_its_door_and_whoever_imported(lantern, producer, editor):
    with scope(lantern, person=producer, door="admin"):
        cut = make_episode(make_series("heiress"), 1).default_cut()

    import_subtitles(SRT.encode(), filename="EP01.fr.srt", cut=cut, language="fr", by=editor)

    with scope(lantern):
        (version,) = everything(Wanted(noun="localization.version", operation="insert"))
    assert (version.person_id, version.door) == (editor.pk, "import")


def test_a_worker_leaves_its_door_and_no_person(lantern, producer):
    with scope(lantern, person=producer, door="admin"):
        series = make_series("heiress")
        Job.enqueue("relay", series, by=producer)
    job = next(Job.claimed("relay"))
    with leased(job), job.scope():
        Series.objects.filter(pk=series.pk).update(franchise="Of a worker")

    with scope(lantern):
        newest = everything(Wanted(row_id=series.pk))[0]
        ended = everything(Wanted(row_id=job.pk))[0]
        doors = {entry.door for entry in everything(Wanted(row_id=job.pk, by_machine=True))}
    assert (newest.person_id, newest.door, newest.after) == (None, "worker", {"franchise": "Of a worker"})
    assert (ended.operation, ended.after, doors) == ("move", {"state": "done"}, {"worker"})


def test_what_bypasses_the_product_is_told_as_well(lantern, producer):
    with scope(lantern, person=producer):
        series = make_series("heiress")
        connection.cursor().execute("SELECT set_config('octavo.door', '', true), set_config('octavo.person', '', true)")
        connection.cursor().execute("UPDATE catalog_series SET franchise = 'by hand'")

        newest = everything(Wanted(row_id=series.pk))[0]

    assert (newest.person_id, newest.door) == (None, "database")


def test_an_update_tells_what_was_before_and_what_the_next_change_found(in_lantern):
    series = make_series("heiress")
    for franchise in ("A", "B"):
        Series.objects.filter(pk=series.pk).update(franchise=franchise)

    newest, older, _made = everything(Wanted(noun="catalog.series"))

    assert (older.before, older.after) == ({"franchise": ""}, {"franchise": "A"})
    assert (newest.before, newest.after) == ({"franchise": "A"}, {"franchise": "B"})


def test_pages_follow_each_other_without_a_gap_or_a_double(in_lantern, producer):
    for place in range(4):
        Job.enqueue("relay", make_series(f"s{place}"), by=producer)
    whole = [entry.mark for entry in everything()]

    paged, mark = [], None
    for _turn in itertools.count():
        found = page(Wanted(), after=mark, limit=3)
        paged += [entry.mark for entry in found.entries]
        mark = found.end
        if mark is None:
            break

    assert paged == whole
    assert whole == sorted(whole, reverse=True)


def test_marks_of_one_instant_are_paged_like_any_others(in_lantern):
    series = make_series("heiress")
    made = Change.objects.get(row_id=series.pk)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO studios_move (studio_id, noun, row_id, from_state, to_state, why, at)"
            " VALUES (%s, 'catalog.series', %s, '', %s, '', %s)",
            [(in_lantern.pk, series.pk, state, made.at) for state in ("first", "second", "third")],
        )
    wanted = Wanted(row_id=series.pk)

    first = page(wanted, limit=2)
    rest = page(wanted, after=first.end)

    told = [entry.after.get("state", entry.operation) for entry in first.entries + rest.entries]
    assert told == ["third", "second", "first", "insert"]


def test_every_filter_leaves_what_it_says(lantern, producer, editor):
    with scope(lantern, person=producer, door="admin"):
        Job.enqueue("relay", make_series("heiress"), by=producer)
    with scope(lantern, person=editor, door="api"):
        tag = Tag.objects.create(slug="t", kind="trope")
    with scope(lantern):
        now = timezone.now()

        assert {entry.noun for entry in everything(Wanted(noun="catalog.tag"))} == {"catalog.tag"}
        assert {entry.row_id for entry in everything(Wanted(row_id=tag.pk))} == {tag.pk}
        assert {entry.person_id for entry in everything(Wanted(person_id=editor.pk))} == {editor.pk}
        assert {entry.person_id for entry in everything(Wanted(by_machine=True))} == {None}
        assert {entry.door for entry in everything(Wanted(door="api"))} == {"api"}
        assert {entry.operation for entry in everything(Wanted(operation="move"))} == {"move"}
        assert {entry.operation for entry in everything(Wanted(operation="insert"))} == {"insert"}
        assert everything(Wanted(from_at=now)) == []
        assert everything(Wanted(until_at=now - timedelta(days=1))) == []


def test_another_studio_sees_none_of_it(lantern, harbor, producer):
    with scope(lantern, person=producer):
        series = make_series("heiress")

    with scope(harbor):
        assert everything(Wanted(row_id=series.pk)) == []


def test_a_job_leaves_its_whole_way_and_not_what_its_worker_counted(lantern, producer):
    with scope(lantern, person=producer, door="admin"):
        Job.enqueue("relay", make_series("heiress"), by=producer)
    for job in Job.claimed("relay"):
        with leased(job) as lease:
            lease.report("render", 0.5)

    with scope(lantern):
        changes = [each for each in everything(Wanted(noun="jobs.job")) if each.operation != "move"]
    told = [(each.operation, each.door, each.after.get("state")) for each in changes]
    assert told == [("update", "worker", "done"), ("update", "worker", "running"), ("insert", "admin", "waiting")]


def test_the_audit_knows_of_a_notice_and_not_its_words(lantern, producer):
    with scope(lantern, person=producer, door="admin"):
        tell(producer, Notice.Kind.MENTION, make_series("heiress"), gettext_lazy("%(row)s: %(why)s"), why="Look here")
        (told,) = everything(Wanted(noun="studios.notice"))
        kept = Change.objects.get(noun="studios.notice").row

    assert (told.operation, told.after["kind"], told.after["person_id"]) == ("insert", "mention", str(producer.pk))
    assert "sentence" not in kept


@pytest.mark.parametrize("rows", [3, 40])
def test_a_page_takes_as_many_statements_for_few_entries_as_for_many(lantern, producer, statements, rows):
    with scope(lantern, person=producer):
        for place in range(rows):
            make_series(f"s{place}")
        Series.objects.update(franchise="F")
        with statements() as sent:
            page(Wanted(), limit=100)

    assert len(sent) == 4  # changes, moves, rows as they are, personal texts


# The sheet


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_sheet_has_every_entry_that_the_filters_leave(lantern, owner):
    with scope(lantern, person=owner, door="admin"):
        series = make_series("heiress")
        Series.objects.filter(pk=series.pk).update(franchise="Of ours")

    newest, oldest = read("".join(lines(lantern.pk, Wanted(row_id=series.pk), reader=owner, per_page=1)))

    assert list(newest) == list(COLUMNS)
    assert (newest["person"], newest["door"], newest["operation"]) == ("Olive Owner", "admin", "update")
    assert (newest["before"], newest["after"]) == ('{"franchise": ""}', '{"franchise": "Of ours"}')
    assert (oldest["operation"], oldest["noun"]) == ("insert", "catalog.series")


def test_each_page_of_the_sheet_is_read_in_a_scope_of_its_own(lantern, owner, statements):
    with scope(lantern, person=owner):
        Tag.objects.bulk_create(Tag(slug=f"t{place}", kind="trope") for place in range(3))
    sheet = lines(lantern.pk, Wanted(noun="catalog.tag"), reader=owner, per_page=1)
    next(sheet), next(sheet)

    with scope(lantern):
        Membership.objects.filter(user=owner).delete()

    assert list(sheet) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"


def test_what_people_wrote_is_harmless_in_the_sheet(lantern, owner, producer):
    producer.name = "=1+1"
    producer.save(update_fields=["name"])
    with scope(lantern, person=producer):
        series = make_series("heiress")
        Move.record(series, "", "done", by=producer, why='=HYPERLINK("x")')

    newest = read("".join(lines(lantern.pk, Wanted(row_id=series.pk, operation="move"), reader=owner)))[0]

    assert (newest["person"], newest["why"]) == ("'=1+1", '\'=HYPERLINK("x")')
