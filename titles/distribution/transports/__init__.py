"""Ways into a partner's dropbox: one module per kind of address, each with a SCHEME, ``check`` and ``opened``."""

from types import ModuleType
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from titles.distribution.transports import file, s3
from titles.distribution.transports.dropbox import Dropbox, Unreachable, WrongAddress

__all__ = ["Dropbox", "Unreachable", "WrongAddress", "check", "dropbox"]

_WAYS: dict[str, ModuleType] = {way.SCHEME: way for way in (file, s3)}


def check(address: str) -> None:
    """Raises WrongAddress for an address that can never be a dropbox here. Nobody is asked, nothing is sent."""
    parts = _parts(address)
    _WAYS[parts.scheme].check(parts)


def dropbox(address: str) -> Dropbox:
    """Open a partner's dropbox, such as ``file:///a/folder`` or ``s3://key:secret@host/bucket/prefix``.

    Nothing is sent yet. Raises WrongAddress and Unreachable.
    """
    parts = _parts(address)
    return _WAYS[parts.scheme].opened(parts)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - it is read only now, and refused when it is no number
    except ValueError:
        raise WrongAddress(_("The host or the port of this address cannot be read; look for a typing error.")) from None
    if parts.scheme not in _WAYS:
        raise WrongAddress(_("A dropbox is %s.") % _(" or ").join(f"{scheme}://…" for scheme in _WAYS))
    return parts
