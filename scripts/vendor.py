"""Refresh the vendored front-end libraries and fonts: for maintainers, with npm; nobody else needs Node.

Reads ``scripts/vendor.toml`` (packages, exact versions, files), writes ``cms/static/vendor/`` and in it ``lock.json``:
package, version, licence and SHA-256 of every file. tests/cms/test_vendored.py holds the files against that lock.
What a browser could only load as dozens of files is made one by esbuild, with the licences of all that went into it.

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
_OF_A_PACKAGE = re.compile(r"(?:node_modules/(?:@[^/]+/)?[^/]+/)*node_modules/(?:@[^/]+/)?[^/]+")
_SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


def main() -> None:
    wanted = tomllib.loads((CHECKOUT / "scripts" / "vendor.toml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        _install(_names(wanted), Path(folder))
        shutil.rmtree(SHELF, ignore_errors=True)
        lock = [entry for package in wanted["package"] for entry in _take(package, Path(folder) / "node_modules")]
        lock += [entry for bundle in wanted["bundle"] for entry in _bundle(bundle, Path(folder))]
    (SHELF / "lock.json").write_text(json.dumps(lock, indent=2) + "\n")
    print(f"{len(lock)} files in {SHELF.relative_to(CHECKOUT)}.")


def _names(wanted: dict[str, Any]) -> list[str]:
    """What npm is asked for, with exact versions."""
    bundled = {name: version for bundle in wanted["bundle"] for name, version in bundle["packages"].items()}
    single = {package["name"]: package["version"] for package in wanted["package"]}
    return [f"{name}@{version}" for name, version in {**single, **bundled, **wanted["tools"]}.items()]


def _install(names: list[str], folder: Path) -> None:
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


def _bundle(bundle: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    """Make one module of several packages and all that they need, and return its lines of the lock."""
    (folder / "entry.mjs").write_text(bundle["entry"])
    target, facts = SHELF / bundle["folder"] / bundle["file"], folder / "facts.json"
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
    esbuild = ["npx", "esbuild", "entry.mjs", *options, f"--outfile={target}", f"--metafile={facts}"]
    subprocess.run(esbuild, cwd=folder, check=True)
    packages = _packages_in(json.loads(facts.read_text()), folder, licences=bundle["licences"])
    texts = [f"{name} {version}\n\n{text}" for name, version, text in packages]
    licence = target.with_name("LICENSE")
    licence.write_text("\n\n".join(texts))
    named = ", ".join(f"{name} {version}" for name, version, _text in packages)
    return [
        {
            "file": f"{bundle['folder']}/{file.name}",
            "package": named,
            "version": next(iter(bundle["packages"].values())),
            "licence": " AND ".join(bundle["licences"]),
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for file in (target, licence)
    ]


def _packages_in(facts: dict[str, Any], folder: Path, *, licences: list[str]) -> list[tuple[str, str, str]]:
    """Name, version and text of the licence of every package that esbuild took something from."""
    folders = {match[0] for name in facts["inputs"] if (match := _OF_A_PACKAGE.match(name))}
    found = []
    for source in sorted(folder / each for each in folders):
        told = json.loads((source / "package.json").read_text())
        if told["license"] not in licences:
            raise SystemExit(f"{told['name']} is under {told['license']}: look first.")
        texts = [file.read_text() for file in sorted(source.glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))]
        found.append((told["name"], told["version"], next(iter(texts), f"{told['license']}\n")))
    return found


def _copy(source: Path, target: Path) -> str:
    content = source.read_bytes()
    if source.suffix in {".js", ".mjs"}:
        content = _SOURCE_MAP.sub(b"\n", content)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
