"""A folder with everything of one studio: whole, checkable, without secrets, and never half a moment."""

import csv
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from cms.leaving.checking import checked
from cms.leaving.exporting import Busy, Changed, Exists, export
from cms.leaving.files import stored
from cms.leaving.manifest import NOTES, Damaged, Manifest
from cms.leaving.purging import in_order
from cms.leaving.tables import tables
from studios.roles import Role
from studios.scope import scope
from tests.cms.leaving.stock import DROPBOX, fill
from tests.conftest import make_member
from titles.catalog.models import Series
from titles.distribution.models import PartnerKey


@pytest.fixture
def folder(series, lantern, tmp_path):
    export(lantern.pk, tmp_path / "lantern")
    return tmp_path / "lantern"


def lines(folder, path):
    return [json.loads(line) for line in (folder / path).read_text().splitlines()]


def test_no_table_of_a_studio_is_forgotten(db):
    assert {table.name for table in tables()} == set(in_order())


def test_what_others_refer_to_comes_first(db):
    names = [table.model for table in tables()]

    for place, model in enumerate(names):
        referred = {each.related_model for each in model._meta.concrete_fields if each.is_relation} - {model}
        assert referred & set(names[place:]) == set()


def test_every_row_and_every_file_is_in_it(folder, lantern):
    manifest = Manifest.read(folder)

    assert manifest.rows() == {table.name: len(rows_in_scope(lantern, table.name)) for table in tables()}
    assert [entry.path for entry in manifest.of("files")] == sorted(stored(lantern.pk))
    assert len(list(manifest.of("files"))) == 7


def rows_in_scope(studio, table):
    with scope(studio), connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table}")  # noqa: S608
        return cursor.fetchall()


def test_nothing_of_another_studio_is_in_it(series, lantern, harbor, outsider, tmp_path):
    fill(harbor, author=outsider, reviewer=make_member(harbor, "Hanna Harbor", Role.PRODUCER))

    export(lantern.pk, tmp_path / "lantern")

    texts = "".join(file.read_text() for file in (tmp_path / "lantern").rglob("*.jsonl"))
    assert [word in texts for word in (str(harbor.pk), str(outsider.pk), "Otto Outsider")] == [False] * 3


def test_no_secret_leaves_not_even_in_the_history(folder, lantern, owner):
    with scope(lantern), connection.cursor() as cursor:
        cursor.execute("SELECT dropbox, webhook_secret FROM distribution_partner")
        ciphers = cursor.fetchone()
        secrets = [DROPBOX, *ciphers, PartnerKey.objects.get().secret_hash, owner.password]

    texts = "".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())
    assert [secret for secret in secrets if secret in texts] == []
    assert "secret_hash" not in texts


def test_members_come_with_name_and_address_and_others_whom_rows_name_without(series, lantern, owner, tmp_path):
    gone = make_member(lantern, "Gina Gone", Role.EDITOR)
    with scope(lantern, person=gone):
        Series.objects.update(franchise="Heiresses")
        gone.memberships.all().delete()

    export(lantern.pk, tmp_path / "lantern")

    people = {line["name"]: (line["email"], line["member"]) for line in lines(tmp_path / "lantern", "people.jsonl")}
    assert people["Gina Gone"] == ("", False)
    assert people["Olive Owner"] == (owner.email, True)


def test_sheets_open_in_a_spreadsheet_and_hold_no_formula(series, lantern, tmp_path):
    with scope(lantern):
        Series.objects.filter(pk=series.pk).update(franchise='=HYPERLINK("https://evil.example")')

    export(lantern.pk, tmp_path / "lantern")

    with (tmp_path / "lantern/sheets/series.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["franchise"] == '\'=HYPERLINK("https://evil.example")'
    assert (row["title en"], row["title es"]) == ("The Secret Heiress 1", "La heredera secreta")


def test_an_export_that_is_whole_is_accepted(folder, lantern):
    assert checked(folder).studio_id == lantern.pk


def test_a_folder_with_something_else_in_it_is_left_alone(lantern, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(Exists):
        export(lantern.pk, tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_whole_export_is_not_written_over(folder, lantern):
    with pytest.raises(Exists):
        export(lantern.pk, folder)


class Stopped(Exception):
    pass


@pytest.fixture
def stopped(series, lantern, tmp_path):
    """An export that came as far as its third file."""

    def report(step, share):
        if step == "files" and share > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        export(lantern.pk, tmp_path / "lantern", report=report)
    return tmp_path / "lantern"


def test_half_an_export_counts_for_nothing(stopped):
    with pytest.raises(Damaged, match="it was not finished"):
        checked(stopped)


def test_an_interrupted_export_keeps_its_moment_and_writes_no_file_twice(stopped, lantern):
    noted = lines(stopped, NOTES)[1:]
    inodes = {entry["path"]: (stopped / entry["path"]).stat().st_ino for entry in noted}
    with scope(lantern):
        Series.objects.create(slug="later", title_en="Too late for this export")

    export(lantern.pk, stopped)

    assert len([entry for entry in noted if entry["path"].startswith("files/")]) == 3
    assert {path: (stopped / path).stat().st_ino for path in inodes} == inodes
    assert [row["slug"] for row in lines(stopped, "tables/catalog_series.jsonl")] == ["heiress-1"]
    assert (checked(stopped).manifest.rows()["catalog_series"], (stopped / NOTES).exists()) == (1, False)


def test_a_file_that_was_changed_meanwhile_is_fetched_again_and_rows_are_not_made_up(stopped, lantern):
    file = next(entry["path"] for entry in lines(stopped, NOTES)[1:] if entry["path"].startswith("files/"))
    (stopped / file).write_bytes(b"half")
    export(lantern.pk, stopped)
    assert checked(stopped)


def test_rows_that_were_changed_meanwhile_end_it(stopped, lantern):
    (stopped / "tables/catalog_series.jsonl").write_text("")

    with pytest.raises(Changed, match="catalog_series.jsonl"):
        export(lantern.pk, stopped)


@pytest.mark.django_db(transaction=True)
def test_an_export_that_is_killed_goes_on(here, series, lantern, tmp_path):
    folder = tmp_path / "lantern"
    running = here.script(
        "import sys\nfrom pathlib import Path\nfrom uuid import UUID\nfrom cms.leaving.exporting import export\n"
        "def report(step, share):\n"
        "    if share > 0.3: print(step, flush=True); sys.stdin.readline()\n"
        f"export(UUID({str(lantern.pk)!r}), Path({str(folder)!r}), report=report)"
    )
    assert running.stdout.readline() == "files\n"
    with pytest.raises(Busy):
        export(lantern.pk, folder)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()

    told = here.manage("studio", "export", "lantern", str(folder))

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"{folder} holds ")
    assert [entry.path for entry in checked(folder).files()] == sorted(stored(lantern.pk))


@pytest.mark.django_db(transaction=True)
def test_all_rows_are_of_the_moment_in_which_the_first_was_read(here, series, lantern, tmp_path):
    with here.as_owner() as database:
        database.execute("UPDATE catalog_series SET franchise = 'Written meanwhile'")
        database.execute("LOCK TABLE catalog_series")
        with ThreadPoolExecutor() as beside:
            exporting = beside.submit(in_a_thread, lantern.pk, tmp_path / "lantern")
            assert here.somebody_waits(settings.APP_LOGIN)
            database.commit()
            exporting.result()

    assert [row["franchise"] for row in lines(tmp_path / "lantern", "tables/catalog_series.jsonl")] == [""]


def in_a_thread(studio_id, folder):
    try:
        export(studio_id, folder)
    finally:
        connection.close()
