"""A dropbox that is a folder of this machine, such as a mounted share: ``file:///a/folder``."""

from pathlib import Path
from urllib.parse import SplitResult, unquote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

from titles.distribution.transports.dropbox import Dropbox, Unreachable, WrongAddress

SCHEME = "file"
#: Folders of the home that nobody's packs may reach: secrets, the database, and what is served.
_OURS = ("db", "keys", "log", "run", "static", "work")


def check(address: SplitResult) -> None:
    """Raises WrongAddress for a folder of our own store, and for one outside the folders that the operator named."""
    _folder(address)


def opened(address: SplitResult) -> Dropbox:
    """Raises WrongAddress like check, and Unreachable for a folder that is not there (not mounted)."""
    folder = _folder(address)
    if not folder.is_dir():
        raise Unreachable(_("The dropbox folder is not there; make it, or mount it."))
    return Dropbox(FileSystemStorage(location=folder, allow_overwrite=True), troubles=(OSError,))


def _folder(address: SplitResult) -> Path:
    """Where the address leads, with every link followed. Raises WrongAddress."""
    path = unquote(address.path)
    if address.netloc or not path.startswith("/") or "\0" in path:
        raise WrongAddress(_("A folder is written as file:///a/folder."))
    folder = Path(path).resolve()
    if _is_ours(folder):
        raise WrongAddress(_("This folder is where Octavo keeps its own media; choose another one."))
    if not any(folder.is_relative_to(Path(allowed).resolve()) for allowed in settings.DROPBOX_FOLDERS):
        raise WrongAddress(_("The operator has to name this folder in OCTAVO_DROPBOX_FOLDERS first."))
    return folder


def _is_ours(folder: Path) -> bool:
    home = Path(settings.HOME).resolve()
    private = [Path(settings.MEDIA_ROOT).resolve(), *(home / name for name in _OURS)]
    return folder == home or any(folder.is_relative_to(each) for each in private)
