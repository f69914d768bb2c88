"""What lies in a Pack: the mezzanine of the default cut, its subtitles, pictures, metadata and a checksum manifest."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from localization import formats
from titles.catalog.models import Artwork
from titles.distribution.bodies import as_text
from titles.media.models import Package, Sidecar

FORMAT = "octavo-pack/1"
MANIFEST = "manifest.json"
COMPLETE = "_COMPLETE"


class Damaged(Exception):
    """A file of our own store is missing, or is not what was measured when it was made."""


class Readable(Protocol):
    """What a transport needs of a file."""

    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


class CannotPack(Exception):
    """There is no pack of this that the partner may have; the text is one plain sentence."""


@dataclass(frozen=True)
class PackFile:
    """One file: its path in the pack, its content's size and SHA-256, and how to read it from the start."""

    path: str
    size_bytes: int
    sha256: str
    open: Callable[[], Readable]


@dataclass(frozen=True)
class Pack:
    """A folder for a partner's dropbox: ``files`` in the order of sending, the manifest last of them."""

    folder: str
    files: tuple[PackFile, ...]

    @property
    def manifest_sha256(self) -> str:
        return self.files[-1].sha256

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    def complete(self) -> PackFile:
        """The marker that is written when all else is there: the digest of the manifest."""
        return _text_file(COMPLETE, f"{self.manifest_sha256}\n")

    def path_of(self, file: PackFile) -> str:
        return f"{self.folder}/{file.path}"


@dataclass(frozen=True)
class Contents:
    """The rows that a pack is made of, and the two feed bodies as the partner sees them."""

    delivery_id: UUID
    episode: dict[str, Any]
    series: dict[str, Any]
    package: Package
    sidecars: tuple[Sidecar, ...]
    cover: Artwork


def contents(delivery_id: UUID, *, episode_body: str, series_body: str) -> Contents:
    """Gather what a pack of these bodies is made of. Call it inside a scope. Raises CannotPack."""
    episode, series = json.loads(episode_body), json.loads(series_body)
    cut = next((cut for cut in episode["cuts"] if cut["name"] == ""), None)
    if cut is None or not any(sound["role"] == "original" for sound in cut["audio"]):
        raise CannotPack(_("The partner has no right to the original sound, which is in every mezzanine."))
    covers = sorted(series["artwork"], key=lambda artwork: artwork["kind"] != Artwork.Purpose.COVER)
    return Contents(
        delivery_id=delivery_id,
        episode=episode,
        series=series,
        package=Package.objects.get(pk=cut["poster"]["id"]),
        sidecars=tuple(
            Sidecar.objects.filter(pk__in=[file["id"] for file in cut["subtitles"]]).order_by("language", "kind", "id")
        ),
        cover=Artwork.objects.get(pk=covers[0]["id"]),
    )


def pack(wanted: Contents, *, folder: str = "") -> Pack:
    """Lay out the pack in ``folder``, or in its usual one. Asks the store, so hold no scope. Raises Damaged."""
    files = (
        _mezzanine(wanted.package),
        *(file for sidecar in wanted.sidecars for file in _subtitles(sidecar)),
        _cover(wanted.cover),
        _poster(wanted.package),
        _text_file("metadata.json", as_text({**wanted.episode, "series": wanted.series})),
    )
    return Pack(folder or usual_folder(wanted), (*files, _manifest(wanted, files)))


def usual_folder(wanted: Contents) -> str:
    """Where partners find it: ``<series>/<number>-<episode id>/r<revision>``; what has no number says its kind."""
    episode = wanted.episode
    number = episode["episode_kind"] if episode["number"] is None else f"{episode['number']:03d}"
    return f"{wanted.series['slug']}/{number}-{episode['id']}/r{episode['revision']}"


def _mezzanine(package: Package) -> PackFile:
    path = "mezzanine.mp4"
    return PackFile(path, package.mezzanine_bytes, package.mezzanine_sha256, _stored(package.mezzanine, path))


def _cover(artwork: Artwork) -> PackFile:
    path = "artwork/cover.jpg"
    return PackFile(path, artwork.size_bytes, artwork.sha256, _stored(artwork.file, path))


def _poster(package: Package) -> PackFile:
    path = "artwork/poster.jpg"
    try:
        return PackFile(path, package.poster.size, package.poster_sha256, _stored(package.poster, path))
    except FileNotFoundError:
        raise _missing(path) from None


def _subtitles(sidecar: Sidecar) -> list[PackFile]:
    stem = sidecar.language if sidecar.kind == "full" else f"{sidecar.language}-{sidecar.kind}"
    document = formats.read(sidecar.webvtt.encode(), filename="subtitles.vtt", language=sidecar.language)
    return [
        _text_file(f"subtitles/{stem}.vtt", sidecar.webvtt),
        _bytes_file(f"subtitles/{stem}.srt", formats.write(document, "srt")),
    ]


def _manifest(wanted: Contents, files: Iterable[PackFile]) -> PackFile:
    listed = [
        {"path": file.path, "bytes": file.size_bytes, "sha256": file.sha256}
        for file in sorted(files, key=lambda file: file.path)
    ]
    content = {
        "format": FORMAT,
        "delivery_id": str(wanted.delivery_id),
        "episode_id": wanted.episode["id"],
        "revision": wanted.episode["revision"],
        "files": listed,
    }
    return _text_file(MANIFEST, as_text(content))


def _text_file(path: str, text: str) -> PackFile:
    return _bytes_file(path, text.encode())


def _bytes_file(path: str, content: bytes) -> PackFile:
    return PackFile(path, len(content), hashlib.sha256(content).hexdigest(), lambda: io.BytesIO(content))


def _stored(file: FieldFile, path: str) -> Callable[[], Readable]:
    def opened() -> Readable:
        try:
            return file.storage.open(str(file.name))
        except FileNotFoundError:
            raise _missing(path) from None

    return opened


def _missing(path: str) -> Damaged:
    return Damaged(_("%(file)s is missing from our store; restore it from a backup.") % {"file": path})
