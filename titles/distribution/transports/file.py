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


def opened(address: SplitResult) -> Dropbox:
    """Raises WrongAddress for a folder of our own store, Unreachable for one that is not there (not mounted)."""
    folder = Path(unquote(address.path))
    if address.netloc or not folder.is_absolute():
        raise WrongAddress(_("A folder is written as file:///a/folder."))
    folder = folder.resolve()
    if _is_ours(folder):
        raise WrongAddress(_("This folder is where Octavo keeps its own media; choose another one."))
    if not folder.is_dir():
        raise Unreachable(_("The dropbox folder is not there; make it, or mount it."))
    return Dropbox(FileSystemStorage(location=folder, allow_overwrite=True), troubles=(OSError,))


def _is_ours(folder: Path) -> bool:
    home = Path(settings.HOME).resolve()
    private = [Path(settings.MEDIA_ROOT).resolve(), *(home / name for name in _OURS)]
    return folder == home or any(folder.is_relative_to(each) for each in private)
