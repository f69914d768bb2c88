"""The sample series in words: its texts in eight languages, cast, tags, and subtitle files as a vendor sends them.

The subtitle files are of mixed kinds on purpose: WebVTT for Chinese and Arabic, SRT for the others, with a byte
order mark in the Spanish ones and in Shift-JIS for Japanese.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

Texts = dict[str, str]
"""{Django language code: text}, such as {"en": "Room Nine", "zh-hans": "九号病房"}."""


@dataclass(frozen=True)
class Series:
    slug: str
    original_language: str
    season_number: int
    titles: Texts
    taglines: Texts
    synopses: Texts


@dataclass(frozen=True)
class Subtitles:
    """One subtitle file; ``language`` is a BCP 47 tag."""

    language: str
    path: Path

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True)
class Chapter:
    number: int
    titles: Texts
    synopses: Texts

    @property
    def subtitles(self) -> list[Subtitles]:
        """The files of all languages, ordered by language tag."""
        files = sorted(FOLDER.glob(f"LKMN_EP{self.number:02}_*.*"))
        return [Subtitles(language=path.stem.split("_", 2)[2], path=path) for path in files]


@dataclass(frozen=True)
class CastMember:
    """Somebody of the cast or crew; ``role`` is a value of titles.catalog's roles, crew has no ``characters``."""

    role: str
    billing: int
    names: Texts
    characters: Texts


@dataclass(frozen=True)
class Tag:
    """A genre or a trope; ``kind`` says which."""

    slug: str
    kind: str
    names: Texts


_STORY: dict[str, Any] = json.loads((FOLDER / "story.json").read_text(encoding="utf-8"))

SERIES = Series(**_STORY["series"])
EPISODES = tuple(Chapter(**chapter) for chapter in _STORY["episodes"])
CAST = tuple(CastMember(**member) for member in _STORY["cast"])
TAGS = tuple(Tag(**tag) for tag in _STORY["tags"])
