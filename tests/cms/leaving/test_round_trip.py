"""A studio leaves one installation and comes into another: everything is equal, or nothing is there."""

import json

import pytest
from django.conf import settings

from cms.leaving.exporting import export
from cms.leaving.manifest import Manifest
from studios.models import Membership
from studios.roles import Role
from studios.scope import scope
from tests.cms.leaving.stock import files_of

pytestmark = pytest.mark.django_db(transaction=True)

#: Coming in is told as history of its own: keys that are revoked, webhook secrets that are made.
CHANGED_ON_ARRIVAL = {"studios_change", "studios_studiokey", "distribution_partnerkey"}


@pytest.fixture
def exported(elsewhere, lantern, harbor, outsider, series, tmp_path):
    """Lantern in a folder; Otto of Harbor looks at Lantern too, and has left again."""
    with scope(lantern):
        Membership.objects.create(user=outsider, roles=[Role.VIEWER]).delete()
    folder = tmp_path / "lantern"
    export(lantern.pk, folder)
    return folder


def test_every_row_and_every_file_come_in_as_they_were(exported, elsewhere, lantern, tmp_path):
    brought = elsewhere.manage("studio", "import", str(exported))
    again = elsewhere.manage("studio", "export", "lantern", str(tmp_path / "again"))

    assert (brought.stderr, again.stderr) == ("", "")
    before, after = ({e.path: e for e in Manifest.read(f).entries} for f in (exported, tmp_path / "again"))
    different = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert different == {f"tables/{table}.jsonl" for table in CHANGED_ON_ARRIVAL}
    assert len(files_of(lantern.pk, settings.HOME)) == 7
    assert files_of(lantern.pk, elsewhere.home) == files_of(lantern.pk, settings.HOME)
    history = (exported / "tables/studios_change.jsonl").read_text()
    continued = (tmp_path / "again/tables/studios_change.jsonl").read_text()
    assert continued.startswith(history)
    assert {json.loads(line)["door"] for line in continued[len(history) :].splitlines()} == {"import"}


def test_whoever_comes_in_is_told_what_to_do_by_hand(exported, elsewhere, owner):
    with elsewhere.as_owner() as database:
        database.execute(
            "INSERT INTO studios_user (id, email, name, language, time_zone, password, is_active, is_platform, notices,"
            " joined_at) VALUES (gen_random_uuid(), %s, 'Another Olive', 'en', 'UTC', '!', true, false, '{}', now())",
            [owner.email],
        )

    told = elsewhere.manage("studio", "import", str(exported)).stdout

    with elsewhere.as_owner() as database:
        people = database.execute("SELECT name, is_active, email FROM studios_user ORDER BY name").fetchall()
        members = database.execute(
            "SELECT person.name FROM studios_membership member JOIN studios_user person ON person.id = member.user_id"
        ).fetchall()
        live = database.execute(
            "SELECT count(*) FROM (SELECT revoked_at FROM studios_studiokey UNION ALL SELECT revoked_at FROM"
            " distribution_partnerkey) keys WHERE revoked_at IS NULL"
        ).fetchone()
    assert {
        sentence in told for sentence in ("New accounts: 2.", "Keys without their secrets: 2.", "Partners: 1.")
    } == {True}
    assert f"{owner.email} has an account here that is not the member's: it is untouched." in told
    assert "/invitations/" in told
    assert ("Another Olive", True, owner.email) in people
    assert ("Olive Owner", False) in {person[:2] for person in people}
    assert sorted(members) == [("Paul Producer",), ("Pia Producer",)]
    assert live == (0,)


def test_a_studio_that_is_here_is_not_imported_again(exported, elsewhere):
    elsewhere.manage("studio", "import", str(exported))

    again = elsewhere.manage("studio", "import", str(exported))

    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "The studio Lantern is here already, with the same id: an import never changes a studio.\n"


def test_an_import_that_is_killed_leaves_nothing_to_see_and_the_next_one_completes_it(exported, elsewhere, lantern):
    with elsewhere.as_owner() as database:
        database.execute(
            "INSERT INTO studios_studio (id, name, slug, time_zone, media_limits, created_at, state, mfa_required)"
            " VALUES (gen_random_uuid(), 'Lantern too', 'lantern', 'UTC', '{}', now(), 'active', false)"
        )  # not committed: the import has to wait for what becomes of that name
        importing = elsewhere.script(
            f"from pathlib import Path; from cms.leaving.importing import bring_in; bring_in(Path({str(exported)!r}))"
        )
        assert elsewhere.somebody_waits(settings.DATABASE_OWNER["USER"])
        importing.kill()
        importing.wait()
        database.rollback()
        seen = database.execute("SELECT count(*) FROM studios_studio").fetchone()

    brought = elsewhere.manage("studio", "import", str(exported))

    assert seen == (0,)
    assert (brought.returncode, brought.stderr) == (0, "")
