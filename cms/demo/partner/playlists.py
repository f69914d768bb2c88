"""What HLS playlists and DASH manifests list: addresses, and which bytes of them."""

import re
from typing import NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')
_DASH = "{urn:mpeg:dash:schema:mpd:2011}"


class Listed(NamedTuple):
    """A media playlist in a master playlist; ``kind`` is VIDEO, AUDIO, SUBTITLES or I-FRAMES."""

    kind: str
    address: str


class Piece(NamedTuple):
    """Bytes of the file at ``address``; ``last`` is included."""

    address: str
    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def listed_in(master: str, address: str) -> list[Listed]:
    """The media playlists of a master playlist that was fetched from ``address``."""
    listed = []
    for line in master.splitlines():
        if line.startswith(("#EXT-X-MEDIA:", "#EXT-X-I-FRAME-STREAM-INF:")):
            traits = _attributes(line)
            listed.append(Listed(traits.get("TYPE", "I-FRAMES"), urljoin(address, traits["URI"])))
        elif _is_address(line):
            listed.append(Listed("VIDEO", urljoin(address, line)))
    return listed


def pieces_in(playlist: str, address: str) -> list[Piece]:
    """What a player fetches of a stream, in order: its beginning (EXT-X-MAP), then segment by segment."""
    pieces: list[Piece] = []
    wanted = ""
    for line in playlist.splitlines():
        if line.startswith("#EXT-X-MAP:"):
            traits = _attributes(line)
            pieces.append(_piece(urljoin(address, traits["URI"]), traits["BYTERANGE"], pieces))
        elif line.startswith("#EXT-X-BYTERANGE:"):
            wanted = line.partition(":")[2]
        elif _is_address(line):
            pieces.append(_piece(urljoin(address, line), wanted, pieces))
    return pieces


def files_in(playlist: str, address: str) -> list[str]:
    """The files of a playlist whose segments are whole files, as those of subtitles are."""
    return [urljoin(address, line) for line in playlist.splitlines() if _is_address(line)]


def indexes_in(manifest: bytes, address: str) -> list[Piece]:
    """Of each stream in a DASH manifest the index by which players find its segments."""
    root = ElementTree.fromstring(manifest)  # noqa: S314 - expat refuses to expand entities without end
    indexes = []
    for stream in root.iter(f"{_DASH}Representation"):
        index = stream.find(f"{_DASH}SegmentBase")
        if index is not None:
            first, _dash, last = index.attrib["indexRange"].partition("-")
            file = urljoin(address, stream.findtext(f"{_DASH}BaseURL", ""))
            indexes.append(Piece(file, int(first), int(last)))
    return indexes


def _piece(address: str, wanted: str, before: list[Piece]) -> Piece:
    """``wanted`` is "length@first", or "length" for what follows the piece before."""
    length, _at, first = wanted.partition("@")
    start = int(first) if first else before[-1].last + 1 if before else 0
    return Piece(address, start, start + int(length) - 1)


def _attributes(tag: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(tag.partition(":")[2])}


def _is_address(line: str) -> bool:
    return bool(line) and not line.startswith("#")
