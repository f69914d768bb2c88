"""Puts an Edition together: a folder of text, about 25 kB, that makes packaged streams one playable whole.

The folder is addressed by its digest and refers to the streams by theirs (``../../packages/<digest>/…``), so
new subtitles make a new folder here and rewrite no video.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from titles.media import dash, hls
from titles.media.parts import Sound, SubtitleFile, refuse_twins
from titles.media.streams import PictureFacts

MASTER = "master.m3u8"
MANIFEST = "manifest.mpd"


class NotOnePicture(Exception):
    """There are no rungs, or rungs that a player could not switch between."""


@dataclass(frozen=True)
class EditionFiles:
    """All files of an Edition by name, and what it is addressed by."""

    digest: str
    files: Mapping[str, bytes]

    @property
    def size_bytes(self) -> int:
        return sum(len(content) for content in self.files.values())


def edition_files(
    pictures: Sequence[PictureFacts], sounds: Sequence[Sound] = (), subtitles: Sequence[SubtitleFile] = ()
) -> EditionFiles:
    """Write an Edition of these rungs, sounds and subtitles, in the order in which viewers see them listed.

    Raises NotOnePicture and NameTaken.
    """
    _refuse_strangers(pictures)
    refuse_twins(sounds, subtitles)
    texts = {MASTER: hls.master_playlist(pictures, sounds, subtitles)}
    for file in subtitles:
        texts[f"{file.stem}.m3u8"] = hls.subtitle_playlist(f"{file.stem}.vtt", duration_ms=pictures[0].duration_ms)
    files = {
        **{name: text.encode() for name, text in texts.items()},
        **{f"{file.stem}.vtt": file.webvtt for file in subtitles},
        MANIFEST: dash.manifest(pictures, sounds, subtitles),
    }
    return EditionFiles(digest_of(files), files)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a folder: that of the lines which ``sha256sum *`` prints there, in byte order.

    >>> digest_of({"b.txt": b"2", "a.txt": b"1"}) == digest_of({"a.txt": b"1", "b.txt": b"2"})
    True
    """
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return sha256("".join(lines).encode()).hexdigest()


def _refuse_strangers(pictures: Sequence[PictureFacts]) -> None:
    if not pictures:
        raise NotOnePicture("An edition needs at least one rung of a picture.")
    if len({(picture.frame_count, picture.frame_rate, picture.segment_count) for picture in pictures}) > 1:
        raise NotOnePicture("The rungs are not of the same picture: frames, frame rate or segments differ.")
