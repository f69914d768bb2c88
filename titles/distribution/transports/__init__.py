"""Ways into a partner's dropbox: one module per kind of address, each with a SCHEME and ``opened(address)``."""

from urllib.parse import urlsplit

from titles.distribution.transports import file, s3
from titles.distribution.transports.dropbox import Dropbox, Unreachable, WrongAddress

__all__ = ["Dropbox", "Unreachable", "WrongAddress", "dropbox"]

_OPENED = {file.SCHEME: file.opened, s3.SCHEME: s3.opened}


def dropbox(address: str) -> Dropbox:
    """Open a partner's dropbox, such as ``file:///a/folder`` or ``s3://key:secret@host/bucket/prefix``.

    Nothing is sent yet. Raises WrongAddress and Unreachable.
    """
    parts = urlsplit(address)
    if parts.scheme not in _OPENED:
        raise WrongAddress(f"A dropbox is {' or '.join(f'{scheme}://…' for scheme in _OPENED)}.")
    return _OPENED[parts.scheme](parts)
