"""What an Edition is put together from, beside its pictures: sounds and subtitles, with the names people see.

Localization and distribution know why a language is in an Edition; here it is a name, a language and bytes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from titles.media.streams import SoundFacts

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_BREAKS_AN_ATTRIBUTE = re.compile(r'["\x00-\x1f\x7f\x85\u2028\u2029]')
_WEBVTT = re.compile(rb"(\xef\xbb\xbf)?WEBVTT([ \t\r\n]|\Z)")


class UnfitName(Exception):
    """A name that a manifest cannot carry: empty, with a quote or a line break."""


class NameTaken(Exception):
    """Two parts of one Edition that a viewer, or a file name, could not tell apart."""


class UnfitSubtitles(Exception):
    """Bytes that are not WebVTT, or that shift their own clock."""


class SoundRole(StrEnum):
    ORIGINAL = "original"
    DUB = "dub"
    MUSIC_AND_EFFECTS = "music and effects"
    DESCRIPTION = "description"


class SubtitleKind(StrEnum):
    FULL = "full"
    SDH = "sdh"
    FORCED = "forced"
    DUB = "dub"


@dataclass(frozen=True)
class Sound:
    """An audio track as viewers choose it. ``language`` is a BCP 47 tag, ``name`` is in that language."""

    facts: SoundFacts
    language: str
    role: SoundRole
    name: str

    def __post_init__(self) -> None:
        _refuse_unfit(self.language, self.name)


@dataclass(frozen=True)
class SubtitleFile:
    """One WebVTT file, whole and timed from the first frame."""

    language: str
    kind: SubtitleKind
    name: str
    webvtt: bytes

    def __post_init__(self) -> None:
        _refuse_unfit(self.language, self.name)
        if not _WEBVTT.match(self.webvtt):
            raise UnfitSubtitles(f"The subtitles “{self.name}” are not WebVTT: the first word has to be WEBVTT.")
        if b"X-TIMESTAMP-MAP" in self.webvtt.partition(b"-->")[0]:
            raise UnfitSubtitles(
                f"The subtitles “{self.name}” carry X-TIMESTAMP-MAP; players differ on it, so leave it out."
            )

    @property
    def stem(self) -> str:
        """Name of its files in the Edition, without an ending.

        >>> SubtitleFile("pt-BR", SubtitleKind.SDH, "Português (SDH)", b"WEBVTT\\n").stem
        'pt-BR-sdh'
        """
        return self.language if self.kind == SubtitleKind.FULL else f"{self.language}-{self.kind}"


def original_first(sounds: Iterable[Sound]) -> list[Sound]:
    """Return the sounds as they are listed; the first one plays unless the viewer chooses."""
    return sorted(sounds, key=lambda sound: sound.role != SoundRole.ORIGINAL)


def refuse_twins(sounds: Iterable[Sound], subtitles: Iterable[SubtitleFile]) -> None:
    """Raise NameTaken if two sounds, or two subtitle files, share a name or a file name."""
    subtitles = list(subtitles)
    _refuse_repeated((sound.name for sound in sounds), "sounds")
    _refuse_repeated((file.name for file in subtitles), "subtitle files")
    _refuse_repeated((file.stem for file in subtitles), "subtitle files")


def _refuse_repeated(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise NameTaken(f"Two {what} of this edition are called “{name}”; give one another name.")
        seen.add(name.casefold())


def _refuse_unfit(language: str, name: str) -> None:
    if not _LANGUAGE.fullmatch(language):
        raise UnfitName(f"“{language}” is not a language tag such as “es” or “pt-BR”.")
    if not name.strip() or _BREAKS_AN_ATTRIBUTE.search(name):
        raise UnfitName(f"The name {name!r} is empty, or has a quote or a line break in it; a playlist needs neither.")
