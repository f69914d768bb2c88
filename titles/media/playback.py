"""Addresses at which media can be fetched for a while: each opens one Edition, or one file, and nothing else."""

import math
import posixpath
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner, b62_encode
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from studios.models import Studio
from studios.scope import scope
from titles.media import manifests
from titles.media.models import Edition, Stream

FORMATS = {"hls": manifests.MASTER, "dash": manifests.MANIFEST}

#: A file that somebody takes along is fetched at once, or asked for again.
DOWNLOAD_ADDRESS_LIVES = timedelta(minutes=5)

_EDITION = "edition"
#: Picture and sound of an edition, without the subtitle files that it also lists.
_FILM = "film"
_IN_EDITION = re.compile(r"(?P<shelf>editions|packages)/(?P<digest>[0-9a-f]{64})/[A-Za-z0-9][A-Za-z0-9._-]*")
# Addresses made within this time are the same, so that a browser that reloads a page has the film already.
_SAME_FOR_S = 600
_TAKEN_FOR_OPEN_S = 10.0
_EXPIRED = gettext_lazy("This address has expired. Reload the page that you have it from.")
#: By studio: when to ask again whether it is suspended.
_open_until_s: dict[UUID, float] = {}


class NotAllowed(Exception):
    """The address was altered, its time is over, or its studio is suspended."""


class NotThere(Exception):
    """The address opens no such file."""


@dataclass(frozen=True)
class StoredFile:
    """A file that somebody may fetch: in which store, and under which name there."""

    store: Storage
    name: str
    names_no_subtitles: bool = False


class _Signer(TimestampSigner):
    """Dates addresses a little ahead, to the next full ten minutes; they live that much longer."""

    def timestamp(self) -> str:
        return b62_encode(math.ceil(time.time() / _SAME_FOR_S) * _SAME_FOR_S)


_signer = _Signer(sep=".", salt="titles.media.playback")


def address(edition: Edition, *, format: str = "hls") -> str:
    """Return where ``edition`` can be played from now on, for a while: its playlist ("hls") or manifest ("dash")."""
    token = _signer.sign_object([_EDITION, str(edition.studio_id), edition.digest])
    return _address(token, f"editions/{edition.digest}/{FORMATS[format]}")


def film_address(edition: Edition, *, until: datetime) -> str:
    """Return where picture and sound of ``edition`` can be played for a while, at most until ``until``."""
    token = _signer.sign_object([_FILM, str(edition.studio_id), edition.digest, _in_seconds(until)])
    return _address(token, f"editions/{edition.digest}/{manifests.MASTER}")


def file_address(studio_id: UUID, name: str, *, store: str = "packages", until: datetime | None = None) -> str:
    """Return where the one file ``name`` of a studio can be fetched for a while, at most until ``until``.

    ``name`` is as the storage knows it, ``<studio>/…``; ``store`` is an alias of the settings' STORAGES.
    """
    path = name.removeprefix(f"{studio_id}/")
    ends = [_in_seconds(until)] if until else []
    return _address(_signer.sign_object([store, str(studio_id), path, *ends]), path)


def download_address(studio_id: UUID, name: str, *, store: str = "packages", until: datetime | None = None) -> str:
    """Return where one file can be taken along right now: whoever opens it needs no cookie, so it lives minutes."""
    soon = timezone.now() + DOWNLOAD_ADDRESS_LIVES
    return file_address(studio_id, name, store=store, until=min(until or soon, soon))


def _in_seconds(until: datetime) -> int:
    return int(until.timestamp())


def _address(token: str, path: str) -> str:
    return reverse("media", kwargs={"token": token, "path": path})


def opened(token: str, path: str) -> StoredFile:
    """Return the file that an address with this ``token`` and ``path`` opens.

    Raises NotAllowed when the token is not ours or too old, or while the studio is suspended; NotThere when it does
    not open that path.
    """
    kind, studio, rest = _read(token)
    _refuse_suspended(UUID(studio))
    if path != posixpath.normpath(path):
        raise NotThere
    if kind == _EDITION:
        if not _is_of_edition(path, UUID(studio), rest):
            raise NotThere
        return StoredFile(storages["packages"], f"{studio}/{path}")
    if kind == _FILM:
        return _of_film(path, UUID(studio), rest)
    if path != rest:
        raise NotThere
    return StoredFile(storages[kind], f"{studio}/{path}")


def _refuse_suspended(studio_id: UUID) -> None:
    """Players ask dozens of times a minute, so each process takes a studio for open for a few seconds more."""
    now_s = time.monotonic()
    if _open_until_s.get(studio_id, 0.0) > now_s:
        return
    if not Studio.is_open(studio_id):
        raise NotAllowed(_("This studio is suspended."))
    _open_until_s[studio_id] = now_s + _TAKEN_FOR_OPEN_S


def _read(token: str) -> tuple[str, str, str]:
    try:
        kind, studio, rest, *ends = _signer.unsign_object(token, max_age=settings.PLAYBACK_ADDRESS_LIVES_S)
    except SignatureExpired:
        raise NotAllowed(_EXPIRED) from None
    except BadSignature:
        raise NotAllowed(_("This address was altered. Open it from the page that you have it from.")) from None
    if any(time.time() >= end_s for end_s in ends):
        raise NotAllowed(_EXPIRED)
    return kind, studio, rest


def _of_film(path: str, studio_id: UUID, edition: str) -> StoredFile:
    is_playlist = path == f"editions/{edition}/{manifests.MASTER}"
    if not is_playlist and not (path.startswith("packages/") and _is_of_edition(path, studio_id, edition)):
        raise NotThere
    return StoredFile(storages["packages"], f"{studio_id}/{path}", names_no_subtitles=is_playlist)


def _is_of_edition(path: str, studio_id: UUID, edition: str) -> bool:
    parts = _IN_EDITION.fullmatch(path)
    if parts is None:
        return False
    if parts["shelf"] == "editions":
        return parts["digest"] == edition
    return parts["digest"] in _streams_of(studio_id, edition)


@lru_cache(maxsize=4096)
def _streams_of(studio_id: UUID, edition: str) -> frozenset[str]:
    """Digests of the streams that an edition refers to. They never change, so each process asks once.

    Raises NotThere, which is not remembered, for an edition without any.
    """
    with scope(studio_id, door="api"):
        streams = Stream.objects.filter(renditions__package__editions__digest=edition)
        digests = frozenset(streams.values_list("digest", flat=True))
    if not digests:
        raise NotThere
    return digests
