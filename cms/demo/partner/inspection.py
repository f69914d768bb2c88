"""Fetches all that the bodies of the feed lead to, as players do, and compares it with what the feed says."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from xml.etree.ElementTree import ParseError

from .feed import Answer, Feed, Refused
from .playlists import Listed, Piece, files_in, indexes_in, listed_in, pieces_in

COUNTED = ("playlists", "streams", "bytes", "subtitles", "pictures")


class NotAsTold(Exception):
    """Something was fetched, and is not what the studio said; the text is one plain sentence."""


class Inspection:
    """``checked`` counts what was fetched and found right; ``failures`` are plain sentences about the rest."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.checked: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        self.failures: list[str] = []

    def look_at(self, body: dict[str, Any]) -> None:
        """Check one body of the feed; what is wrong with one thing does not hide the next."""
        if body["kind"] == "series":
            for artwork in body["artwork"]:
                with self._noting(f"The {artwork['kind']} of {body['slug']}"):
                    self._check_picture(artwork)
            return
        for cut in body["cuts"]:
            self._look_at_cut(cut, f"episode {body['number'] or body['id']}")

    def _look_at_cut(self, cut: dict[str, Any], of: str) -> None:
        with self._noting(f"The HLS playlist of {of}"):
            self._check_hls(cut)
        with self._noting(f"The DASH manifest of {of}"):
            self._check_dash(cut["edition"]["dash_url"])
        with self._noting(f"The poster of {of}"):
            self._check_picture(cut["poster"])
        for file in cut["subtitles"]:
            with self._noting(f"The subtitles {file['language']} of {of}"):
                self._check_subtitles(file)

    @contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """Turn what goes wrong in the block into a sentence about ``what``."""
        try:
            yield
        except (NotAsTold, Refused) as reason:
            self.failures.append(f"{what}: {reason}")
        except (OSError, HTTPException) as reason:
            self.failures.append(f"{what} could not be fetched ({reason or type(reason).__name__}).")
        except (ValueError, KeyError, ParseError) as reason:
            self.failures.append(f"{what} could not be understood ({type(reason).__name__}: {reason}).")

    def _check_hls(self, cut: dict[str, Any]) -> None:
        master = self.feed.get(cut["edition"]["hls_url"])
        self.checked["playlists"] += 1
        listed = listed_in(_text(master), master.address)
        if not any(each.kind == "VIDEO" for each in listed):
            raise NotAsTold("It lists no picture.")
        served = {self._fetched_subtitles(each) for each in listed if each.kind == "SUBTITLES"}
        if served != {file["sha256"] for file in cut["subtitles"]}:
            raise NotAsTold("Its subtitles are not those that the feed lists.")
        for each in listed:
            if each.kind != "SUBTITLES":
                self._check_stream(each)

    def _fetched_subtitles(self, listed: Listed) -> str:
        """Fetch the one file of a subtitle playlist and return its SHA-256."""
        playlist = self.feed.get(listed.address)
        self.checked["playlists"] += 1
        (file,) = files_in(_text(playlist), playlist.address)
        answer = self.feed.get(file)
        if not answer.body.startswith(b"WEBVTT"):
            raise NotAsTold(f"{_name(file)} is no WebVTT.")
        self.checked["subtitles"] += 1
        return hashlib.sha256(answer.body).hexdigest()

    def _check_stream(self, listed: Listed) -> None:
        """Fetch a stream segment by segment, to its last byte; of its still pictures (the same bytes) only the last."""
        playlist = self.feed.get(listed.address)
        pieces = pieces_in(_text(playlist), playlist.address)
        wanted = pieces[-1:] if listed.kind == "I-FRAMES" else pieces
        if not wanted:
            raise NotAsTold(f"{_name(listed.address)} lists no segment.")
        sizes = {self._fetch(piece) for piece in wanted}
        self.checked["playlists"] += 1
        if listed.kind != "I-FRAMES":
            if sizes != {pieces[-1].last + 1}:
                raise NotAsTold(f"{_name(pieces[-1].address)} does not end where its playlist ends.")
            self.checked["streams"] += 1

    def _check_dash(self, address: str) -> None:
        manifest = self.feed.get(address)
        indexes = indexes_in(manifest.body, manifest.address)
        if not indexes:
            raise NotAsTold("It lists no stream.")
        for index in indexes:
            self._fetch(index)
        self.checked["playlists"] += 1

    def _fetch(self, piece: Piece) -> int:
        """Fetch some bytes of a file and return how long the whole file is."""
        answer = self.feed.get(piece.address, {"Range": f"bytes={piece.first}-{piece.last}"})
        part, _slash, size = answer.headers.get("Content-Range", "").partition("/")
        if answer.status != 206 or part != f"bytes {piece.first}-{piece.last}":
            raise NotAsTold(
                f"Bytes {piece.first} to {piece.last} of {_name(piece.address)} were asked for, and the answer was "
                f"{answer.status} with {part or 'the whole file'}."
            )
        if len(answer.body) != piece.length:
            raise NotAsTold(f"{_name(piece.address)} came with {len(answer.body)} bytes instead of {piece.length}.")
        self.checked["bytes"] += len(answer.body)
        return int(size)

    def _check_picture(self, picture: dict[str, Any]) -> None:
        self._check_digest(self.feed.get(picture["url"]), picture["sha256"])
        self.checked["pictures"] += 1

    def _check_subtitles(self, file: dict[str, Any]) -> None:
        self._check_digest(self.feed.get(file["url"]), file["sha256"])
        self.checked["subtitles"] += 1

    def _check_digest(self, answer: Answer, sha256: str) -> None:
        if hashlib.sha256(answer.body).hexdigest() != sha256:
            raise NotAsTold(f"{_name(answer.address)} has another SHA-256 than the feed says.")


def _text(answer: Answer) -> str:
    """A playlist of either kind; anything else that answers 200 is not one."""
    text = answer.body.decode()
    if not text.startswith("#EXTM3U"):
        raise NotAsTold(f"{_name(answer.address)} is no playlist.")
    return text


def _name(address: str) -> str:
    """The end of an address: what comes before it lets anybody play, so it stays out of reports."""
    return "/".join(address.rsplit("/", 2)[1:])
