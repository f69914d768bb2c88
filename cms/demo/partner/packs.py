"""Checks a pack in our dropbox before anything is done with it."""

import hashlib
import json
from pathlib import Path
from typing import Any

FORMAT = "octavo-pack/1"


class Damaged(Exception):
    """The pack is not, or not wholly, what the studio says; the text is one plain sentence."""


def check(dropbox: Path, announced: dict[str, Any]) -> None:
    """Check the pack that the ``data`` of a webhook announces: marker, manifest, and every file. Raises Damaged."""
    folder = _within(dropbox, announced["pack"])
    manifest = _manifest(folder)
    if hashlib.sha256(manifest).hexdigest() != announced["manifest_sha256"]:
        raise Damaged("Its manifest is not the one that was announced.")
    content = json.loads(manifest)
    if content["format"] != FORMAT:
        raise Damaged(f"Its format is {content['format']}; we know {FORMAT}.")
    for name in ("delivery_id", "episode_id", "revision"):
        if content[name] != announced[name]:
            raise Damaged(f"Its manifest says {name} {content[name]}, and {announced[name]} was announced.")
    for listed in content["files"]:
        _check_file(_within(folder, listed["path"]), listed)


def _manifest(folder: Path) -> bytes:
    """The manifest's bytes, once ``_COMPLETE``, which is written last, says that they are the right ones."""
    try:
        marker, manifest = (folder / "_COMPLETE").read_text(), (folder / "manifest.json").read_bytes()
    except FileNotFoundError as missing:
        raise Damaged(f"{Path(missing.filename).name} is missing.") from None
    if marker != f"{hashlib.sha256(manifest).hexdigest()}\n":
        raise Damaged("_COMPLETE does not fit manifest.json.")
    return manifest


def _check_file(path: Path, listed: dict[str, Any]) -> None:
    if not path.is_file():
        raise Damaged(f"{listed['path']} is missing.")
    if path.stat().st_size != listed["bytes"]:
        raise Damaged(f"{listed['path']} has {path.stat().st_size} bytes instead of {listed['bytes']}.")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != listed["sha256"]:
            raise Damaged(f"{listed['path']} has another SHA-256 than its manifest says.")


def _within(folder: Path, path: str) -> Path:
    """``path`` in ``folder``, and nowhere else."""
    found = (folder / path).resolve()
    if not found.is_relative_to(folder.resolve()):
        raise Damaged(f"{path} leads out of {folder.name}.")
    return found
