import json
import shutil
import stat
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from psycopg import sql

from cms.backups import whole
from cms.backups.manifest import Damaged
from cms.embedded import home
from cms.embedded.postgres import Server
from cms.schema import Newer
from tests.cms.processes import manage

EVERY_TABLE = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 1"


@pytest.fixture(scope="module")
def shelf(django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of nothing but a master: what a test does to its copy harms no other test."""
    folder = tmp_path_factory.mktemp("shelf") / "backup"
    name = storages["masters"].save("shelf/pilot.mp4", ContentFile(b"not really a film" * 100_000))
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings.DATABASE_OWNER, "NAME", connection.settings_dict["NAME"])
        whole.make(folder)
    yield folder
    storages["masters"].delete(name)


@pytest.fixture
def a_backup(shelf, tmp_path):
    return Path(shutil.copytree(shelf, tmp_path / "copy"))


@pytest.fixture
def backed_up(transactional_db, lantern, monkeypatch, tmp_path):
    """A backup of the test database with a studio in it, and of one master."""
    monkeypatch.setitem(settings.DATABASE_OWNER, "NAME", connection.settings_dict["NAME"])
    name = storages["masters"].save(f"{lantern.pk}/masters/pilot.mp4", ContentFile(b"not really a film" * 100_000))
    folder = tmp_path / "backup"
    whole.make(folder)
    yield folder
    storages["masters"].delete(name)


def contents(**to: str) -> dict[str, list]:
    """Every row of every table, as text."""
    with psycopg.connect(**to) as owner:
        tables = [row[0] for row in owner.execute(EVERY_TABLE)]
        rows = sql.SQL("SELECT whole::text FROM {} whole")
        return {table: sorted(owner.execute(rows.format(sql.Identifier(table))).fetchall()) for table in tables}


def owner_of(name: str, host: str) -> dict[str, str]:
    return {"dbname": name, "host": host, "port": home.PORT, "user": home.LOGINS["owner"]}


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_backup_comes_back_into_an_empty_home_row_by_row_and_byte_by_byte(backed_up, tmp_path):
    place = tmp_path / "another home"

    restored = manage(place, "restore", str(backed_up))

    assert restored.stderr == ""
    assert restored.stdout.startswith("All ")
    with Server(place) as server:
        after = contents(**owner_of(home.DATABASE, str(home.socket_folder(server.home))))
    before = contents(**owner_of(connection.settings_dict["NAME"], connection.settings_dict["HOST"]))
    assert len(before["studios_studio"]) == 1
    assert after == before
    assert files_below(place / "keys") == files_below(settings.HOME / "keys")
    # Tests that run beside this one add files to the home; what was backed up has to come back, and our film with it.
    assert files_below(place / "media") == files_below(backed_up / "media")
    (film,) = (place / "media").rglob("pilot*.mp4")
    assert film.read_bytes() == (settings.HOME / "media" / film.relative_to(place / "media")).read_bytes()
    assert {stat.S_IMODE(key.stat().st_mode) for key in (place / "keys").iterdir()} == {0o600}


def test_a_backup_is_for_its_owner_alone_and_half_a_one_is_never_seen(backed_up):
    assert stat.S_IMODE(backed_up.stat().st_mode) == 0o700
    assert [each.name for each in backed_up.parent.iterdir() if "backup" in each.name] == ["backup"]


def test_an_older_backup_is_not_overwritten(a_backup):
    with pytest.raises(whole.Exists, match="is there already"):
        whole.make(a_backup)


def test_a_backup_is_not_restored_over_a_living_database(backed_up):
    with pytest.raises(whole.NotEmpty, match="this database has tables"):
        whole.restore(backed_up)


def test_a_changed_byte_is_found_before_anything_happens(a_backup):
    (film,) = a_backup.rglob("pilot*.mp4")
    with open(film, "r+b") as file:
        file.seek(1_000_000)
        file.write(b"X")

    with pytest.raises(Damaged, match=r"pilot.*\.mp4 is not what was written"):
        whole.restore(a_backup)


def test_a_missing_file_is_found_before_anything_happens(a_backup):
    (a_backup / "keys" / "signing").unlink()

    with pytest.raises(Damaged, match="keys/signing cannot be read"):
        whole.restore(a_backup)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format": "octavo-backup/9"}', '{"format": "octavo-backup/1", "files": 7}']
)
def test_a_folder_that_is_no_backup_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)

    with pytest.raises(Damaged, match="damaged"):
        whole.restore(tmp_path)


def test_a_backup_of_a_newer_octavo_is_refused(a_backup):
    manifest = json.loads((a_backup / "manifest.json").read_text())
    manifest["migrations"].append("studios.9999_from_the_future")
    (a_backup / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(Newer, match="studios.9999_from_the_future"):
        whole.restore(a_backup)
