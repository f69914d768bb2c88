"""What comes in is looked at first: forged, altered, newer and older exports are refused before anything is written."""

import json
import os

import pytest

from cms.leaving.checking import Foreign, Newer, Older, checked
from cms.leaving.exporting import export
from cms.leaving.importing import Here, Refused, bring_in
from cms.leaving.manifest import COMPLETE, NAME, Damaged
from studios.keys import new_id
from studios.models import Studio
from studios.roles import Role
from studios.scope import scope
from tests.cms.leaving.stock import fill, forge, rows_of, seal
from tests.conftest import make_member


@pytest.fixture
def folder(series, lantern, tmp_path):
    export(lantern.pk, tmp_path / "lantern")
    return tmp_path / "lantern"


def edited(**columns):
    """Every row with other values in these columns."""
    return lambda text: "".join(json.dumps(json.loads(line) | columns) + "\n" for line in text.splitlines())


def test_an_altered_byte_is_found(folder):
    film = next(folder.rglob("mezzanine.mp4"))
    film.write_bytes(film.read_bytes()[:-1] + b"X")

    with pytest.raises(Damaged, match=r"mezzanine.mp4 is not what was written"):
        checked(folder)


def test_an_altered_manifest_is_found(folder):
    (folder / NAME).write_text((folder / NAME).read_text().replace("Lantern", "Lampion"))

    with pytest.raises(Damaged, match="its manifest.json is not what was written"):
        checked(folder)


def test_a_missing_file_is_found(folder):
    next(folder.rglob("mezzanine.mp4")).unlink()

    with pytest.raises(Damaged, match=r"mezzanine.mp4 cannot be read"):
        checked(folder)


def test_an_export_that_was_never_finished_is_refused(folder):
    (folder / COMPLETE).unlink()

    with pytest.raises(Damaged, match="it was not finished"):
        checked(folder)


@pytest.mark.parametrize("written", ["[]", "{}", '{"format": "octavo-studio/9"}', "null", '{"format": 1, "files": 7}'])
def test_a_manifest_that_is_none_is_refused(tmp_path, written):
    seal(tmp_path, json.loads(written))

    with pytest.raises(Damaged, match="its manifest.json cannot be read"):
        checked(tmp_path)


@pytest.mark.parametrize("table", ["catalog_series", "studios_move", "studios_change", "distribution_feedentry"])
def test_a_row_of_another_studio_is_refused(folder, table):
    forge(folder, f"tables/{table}.jsonl", edited(studio_id=str(new_id())))

    with pytest.raises(Foreign, match=f"Line 1 of tables/{table}.jsonl belongs to another studio"):
        checked(folder)


def test_nobody_is_named_who_did_not_come_along(folder, outsider):
    forge(folder, "tables/studios_change.jsonl", edited(person_id=str(outsider.pk)))

    with pytest.raises(Foreign, match=r"names somebody in person_id who is not in people.jsonl"):
        checked(folder)


@pytest.mark.parametrize("name", ["{other}/film.mp4", "{own}/../{other}/film.mp4", "/etc/passwd", "{own}"])
def test_a_row_names_no_file_of_another_studio(folder, lantern, name):
    forge(folder, "tables/media_master.jsonl", edited(file=name.format(own=lantern.pk, other=new_id())))

    with pytest.raises(Foreign, match="names a file in file that is not the studio's"):
        checked(folder)


@pytest.mark.parametrize(
    "path",
    [
        "files/masters/{other}/film.mp4",
        "files/masters/{own}/../{other}/film.mp4",
        "files/exports/{own}/x",
        "files/staticfiles/{own}/x.js",
        "../outside",
        "/etc/passwd",
        "tables/auth_group.jsonl",
    ],
)
def test_a_file_lies_in_the_studios_own_place_or_nowhere(folder, lantern, path):
    manifest = json.loads((folder / NAME).read_text())
    manifest["files"][-1]["path"] = path.format(own=lantern.pk, other=new_id())
    seal(folder, {**manifest, "files": [entry for entry in manifest["files"]]})

    with pytest.raises(Damaged):
        checked(folder)


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    film = next(folder.rglob("mezzanine.mp4"))
    (tmp_path / "secret").write_bytes(film.read_bytes())
    film.unlink()
    os.symlink(tmp_path / "secret", film)

    with pytest.raises(Damaged, match="leads out of it"):
        checked(folder)


def test_an_export_of_a_newer_octavo_is_refused(folder):
    manifest = json.loads((folder / NAME).read_text())
    seal(folder, manifest | {"migrations": [*manifest["migrations"], "studios.9999_from_the_future"]})

    with pytest.raises(Newer, match=r"which made studios.9999_from_the_future: update this one first"):
        checked(folder)


def test_an_export_that_lacks_a_column_is_refused(folder):
    forge(folder, "tables/catalog_series.jsonl", lambda text: text.replace('"franchise":"",', ""))

    with pytest.raises(Older, match="catalog_series has no franchise"):
        checked(folder)


@pytest.mark.parametrize("text", ["{}\n", "nonsense\n", '{"id": 1}', "\xff\n"])
def test_what_is_no_row_is_refused(folder, text):
    forge(folder, "tables/catalog_tag.jsonl", lambda _before: text)

    with pytest.raises((Damaged, Older)):
        checked(folder)


def test_a_studio_that_is_here_is_not_touched(owners_login, transactional_db, folder, lantern):
    before = rows_of(lantern.pk)

    with pytest.raises(Here, match="The studio Lantern is here already, with the same id"):
        bring_in(folder)

    assert rows_of(lantern.pk) == before


def test_another_studio_keeps_its_short_name_and_its_rows(owners_login, transactional_db, harbor, outsider, tmp_path):
    """A whole export, forged so that it is of no studio of here, with rows whose ids belong to Harbor."""
    fill(harbor, author=outsider, reviewer=make_member(harbor, "Hanna Harbor", Role.PRODUCER))
    export(harbor.pk, tmp_path / "harbor")
    before = rows_of(harbor.pk)
    other, folder = str(new_id()), tmp_path / "harbor"
    for file in folder.rglob("*.jsonl"):
        forge(folder, str(file.relative_to(folder)), lambda text: text.replace(str(harbor.pk), other))
    manifest = json.loads((folder / NAME).read_text())
    files = [entry for entry in manifest["files"] if not entry["path"].startswith("files/")]
    seal(folder, manifest | {"studio": manifest["studio"] | {"id": other}, "files": files})

    with pytest.raises(Here, match="Another studio has the short name “harbor” here"):
        bring_in(folder)
    forge(folder, "tables/studios_studio.jsonl", edited(slug="haven"))
    manifest = json.loads((folder / NAME).read_text())
    seal(folder, manifest | {"studio": manifest["studio"] | {"slug": "haven"}})
    with pytest.raises(Refused, match="duplicate key value"):
        bring_in(folder)

    assert rows_of(harbor.pk) == before
    with scope(harbor):
        assert Studio.id_called("haven") is None
