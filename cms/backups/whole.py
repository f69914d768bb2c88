"""A backup as a whole: a folder that appears complete and checked, or not at all, and the way back."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cms import schema
from cms.backups import database, files
from cms.backups.manifest import Manifest, measured
from cms.embedded.home import CannotStart


class Exists(CannotStart):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is there already: name a folder that the backup can make.")


class NoRoom(CannotStart):
    def __init__(self, folder: Path, why: str | None) -> None:
        super().__init__(f"The backup cannot be written to {folder} ({why}): free some space there, or name another.")


class NotEmpty(CannotStart):
    def __init__(self, what: str) -> None:
        super().__init__(
            f"A backup is restored into an empty Octavo only, and {what}: name a new folder in OCTAVO_HOME, or an "
            "empty database and store."
        )


def make(folder: Path) -> Manifest:
    """Make a backup in ``folder``, which must not be there yet. Raises Exists or NoRoom.

    The database comes first: a file that it names was stored before, so it is in the backup too.
    """
    folder = folder.absolute()
    if folder.exists():
        raise Exists(folder)
    with _aside(folder) as aside:
        migrations = database.migrations()
        database.save(aside)
        manifest = Manifest([measured(aside, database.NAME), *files.save(aside)], migrations)
        manifest.write(aside)
        manifest.check(aside)
    return manifest


def restore(folder: Path) -> Manifest:
    """Bring a backup into an empty Octavo. Raises Damaged, NotEmpty or Newer, and then nothing has changed.

    Files come first and the database last, in one transaction: until then Octavo counts as empty, so a restore that
    was killed can simply be started again. The keys of an empty Octavo protect nothing and are replaced.
    """
    manifest = Manifest.read(folder)
    manifest.check(folder)
    schema.refuse_unknown(manifest.migrations)
    _refuse_tables_and_files(manifest)
    for entry in manifest.entries:
        if entry.path != database.NAME:
            with open(folder / entry.path, "rb") as source:
                files.bring_back(entry, source)
    database.bring_back(folder)
    return manifest


def _refuse_tables_and_files(manifest: Manifest) -> None:
    if not database.is_empty():
        raise NotEmpty("this database has tables")
    ours = {entry.path for entry in manifest.entries}
    for path in files.stored():
        if path not in ours:
            raise NotEmpty(f"its store has {path.removeprefix('media/')}")


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder beside ``folder`` that takes its name when the block is done, or goes away."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    except OSError as reason:
        raise NoRoom(folder, reason.strerror) from reason
    try:
        yield aside
        aside.rename(folder)
    except OSError as reason:
        raise NoRoom(folder, reason.strerror) from reason
    finally:
        shutil.rmtree(aside, ignore_errors=True)
