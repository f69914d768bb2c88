"""Refresh the vendored front-end libraries and fonts: for maintainers, with npm; nobody else needs Node.

Reads ``scripts/vendor.toml`` (packages, exact versions, files), writes ``cms/static/vendor/`` and in it ``lock.json``:
package, version, licence and SHA-256 of every file. tests/cms/test_vendored.py holds the files against that lock.

    python scripts/vendor.py
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
SHELF = CHECKOUT / "cms" / "static" / "vendor"
#: A source map that is not there would stop the collection of static files.
_SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


def main() -> None:
    wanted = tomllib.loads((CHECKOUT / "scripts" / "vendor.toml").read_text())["package"]
    with tempfile.TemporaryDirectory() as folder:
        _install(wanted, Path(folder))
        shutil.rmtree(SHELF, ignore_errors=True)
        lock = [entry for package in wanted for entry in _take(package, Path(folder) / "node_modules")]
    (SHELF / "lock.json").write_text(json.dumps(lock, indent=2) + "\n")
    print(f"{len(lock)} files in {SHELF.relative_to(CHECKOUT)}.")


def _install(wanted: list[dict[str, Any]], folder: Path) -> None:
    names = [f"{package['name']}@{package['version']}" for package in wanted]
    (folder / "package.json").write_text('{"private": true}')
    npm = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run([*npm, *names], cwd=folder, check=True)


def _take(package: dict[str, Any], modules: Path) -> list[dict[str, str]]:
    """Copy the files of one package, its licence with them, and return their lines of the lock."""
    source = modules / package["name"]
    facts = json.loads((source / "package.json").read_text())
    if facts["license"] != package["licence"]:
        raise SystemExit(f"{package['name']} is under {facts['license']}, not {package['licence']}: look first.")
    return [
        {
            "file": f"{package['folder']}/{Path(name).name}",
            "package": package["name"],
            "version": facts["version"],
            "licence": facts["license"],
            "sha256": _copy(source / name, SHELF / package["folder"] / Path(name).name),
        }
        for name in [*package["files"], "LICENSE"]
    ]


def _copy(source: Path, target: Path) -> str:
    content = source.read_bytes()
    if source.suffix in {".js", ".mjs"}:
        content = _SOURCE_MAP.sub(b"\n", content)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
