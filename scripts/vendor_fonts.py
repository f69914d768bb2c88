"""Refresh the fonts of burned-in subtitles: for maintainers, with npm and fonttools (``pip install fonttools``).

Reads ``scripts/fonts.toml``, writes ``titles/media/fonts/`` and in it ``lock.json``: package, version, licence and
SHA-256 of every file. tests/titles/media/test_painting.py holds the files against that lock.

    python scripts/vendor_fonts.py
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools import subset

CHECKOUT = Path(__file__).resolve().parent.parent
SHELF = CHECKOUT / "titles" / "media" / "fonts"
LICENCE = "OFL-1.1"
_LICENCE_FILE = "LICENSE_FONT"
#: Latin, punctuation, kana and full-width forms stay in every font that is cut down.
_ALWAYS = (range(0x20, 0x180), range(0x2000, 0x2070), range(0x3000, 0x3100), range(0xFF00, 0xFFF0))


def main() -> None:
    wanted = tomllib.loads((CHECKOUT / "scripts" / "fonts.toml").read_text())["font"]
    with tempfile.TemporaryDirectory() as folder:
        modules = _installed([f"{font['package']}@{font['version']}" for font in wanted], Path(folder))
        shutil.rmtree(SHELF, ignore_errors=True)
        SHELF.mkdir(parents=True)
        lock = [_taken(font, modules / font["package"]) for font in wanted]
    (SHELF / "lock.json").write_text(json.dumps(lock, indent=2) + "\n")
    print(f"{len(lock)} fonts in {SHELF.relative_to(CHECKOUT)}.")


def _installed(names: Iterable[str], folder: Path) -> Path:
    (folder / "package.json").write_text('{"private": true}')
    npm = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run([*npm, *names], cwd=folder, check=True)
    return folder / "node_modules"


def _taken(font: dict[str, Any], source: Path) -> dict[str, str]:
    """Copy one font, cut down where that is wished, and its licence; return its line of the lock."""
    facts = json.loads((source / "package.json").read_text())
    if LICENCE not in facts["license"]:
        raise SystemExit(f"{font['package']} is under {facts['license']}, not {LICENCE}: look first.")
    target = SHELF / Path(font["file"]).name
    shutil.copyfile(source / font["file"], target)
    if "characters" in font:
        _cut_down(target, _characters_of(font["characters"]))
    shutil.copyfile(source / _LICENCE_FILE, SHELF / f"{target.stem}.OFL.txt")
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    package = {"package": font["package"], "version": facts["version"], "licence": LICENCE}
    return {"file": target.name, **package, "sha256": digest}


def _characters_of(encoding: str) -> set[int]:
    """Every character that two bytes of ``encoding`` can stand for, and those that every font keeps."""
    found = {code for block in _ALWAYS for code in block}
    for high in range(0xA1, 0xFF):
        for low in range(0xA1, 0xFF):
            found |= {ord(each) for each in bytes([high, low]).decode(encoding, errors="ignore")}
    return found


def _cut_down(file: Path, characters: set[int]) -> None:
    """Keep the glyphs of ``characters``; vertical writing and hints go, which nothing here uses."""
    options = subset.Options()
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    options.layout_features = ["kern", "palt", "locl", "ccmp", "liga", "calt"]
    font = subset.load_font(file, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    subset.save_font(font, file, options)


if __name__ == "__main__":
    main()
