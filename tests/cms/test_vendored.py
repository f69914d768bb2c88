"""What was taken from npm is what the lock says, with its licence, and names nothing outside."""

import hashlib
import json
from pathlib import Path

SHELF = Path(__file__).resolve().parents[2] / "cms" / "static" / "vendor"
LOCK = json.loads((SHELF / "lock.json").read_text())


def test_every_file_has_the_hash_of_the_lock():
    found = {entry["file"]: hashlib.sha256((SHELF / entry["file"]).read_bytes()).hexdigest() for entry in LOCK}

    assert found == {entry["file"]: entry["sha256"] for entry in LOCK}


def test_there_is_no_file_that_the_lock_does_not_name():
    there = {str(file.relative_to(SHELF)) for file in SHELF.rglob("*") if file.is_file()}

    assert there == {"lock.json", *(entry["file"] for entry in LOCK)}


def test_every_package_comes_with_its_licence():
    folders = {entry["file"].partition("/")[0] for entry in LOCK}

    assert {folder for folder in folders if (SHELF / folder / "LICENSE").is_file()} == folders
    assert {entry["licence"] for entry in LOCK} == {"Apache-2.0", "BSD-3-Clause AND ISC AND MIT", "OFL-1.1"}


def test_no_script_names_a_source_map():
    scripts = [SHELF / entry["file"] for entry in LOCK if entry["file"].endswith(("js", "mjs"))]

    assert [script.name for script in scripts if b"sourceMappingURL" in script.read_bytes()] == []
