"""What a subtitle file says, whatever format it came in."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

CANONICAL = "octavo-subtitles/1"


class Unreadable(Exception):
    """A subtitle file that cannot be taken in.

    ``sentence`` says in plain words what is wrong and what to do; ``line`` is the line of the file that it is
    about, counted from 1.
    """

    def __init__(self, sentence: str, line: int = 1) -> None:
        super().__init__(sentence, line)
        self.sentence = sentence
        self.line = line

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: what stands on the screen, and when.

    ``start_ms`` and ``end_ms`` are milliseconds from the first frame; the end is exclusive. ``text`` is WebVTT
    cue text: lines parted by LF, ``<i>``, ``<b>``, ``<u>`` and the other WebVTT tags, ``&lt;`` where a literal
    ``<`` would start a tag. `cue_text.plain` gives what a viewer reads. ``settings`` holds WebVTT cue settings
    as written, ``{"line": "62%,end", "position": "50%"}``.
    """

    start_ms: int
    end_ms: int
    text: str
    identifier: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.start_ms < 0 or self.end_ms < 0:
            raise ValueError("a cue cannot lie before the first frame")


@dataclass(frozen=True, slots=True)
class Region:
    """A WebVTT region: a box of the picture that cues can be placed in (W3C WebVTT, section 3.3).

    ``settings`` holds its valid settings as written: ``width``, ``lines``, ``regionanchor``,
    ``viewportanchor``, ``scroll``.
    """

    identifier: str
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """The cues of one subtitle file in order of their start, with what WebVTT keeps beside them.

    ``styles`` are the CSS texts of STYLE blocks, ``notes`` the texts of NOTE blocks. ``encoding`` is the
    Python name of the codec that the file was read with, and ``repairs`` says in plain sentences what was
    mended on the way in; both are facts about one import and no part of the content.
    """

    cues: list[Cue] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    encoding: str = "utf-8"
    repairs: list[str] = field(default_factory=list)

    def canonical(self) -> str:
        """Return the content as one stable JSON text: equal content gives equal text, byte for byte.

        >>> Document([Cue(0, 900, "Hi")]).canonical()
        '{"cues":[{"end_ms":900,"identifier":"","settings":{},"start_ms":0,"text":"Hi"}],"format":"octavo-subtitles/1","notes":[],"regions":[],"styles":[]}'
        """
        content = {
            "format": CANONICAL,
            "cues": [asdict(cue) for cue in self.cues],
            "regions": [asdict(region) for region in self.regions],
            "styles": self.styles,
            "notes": self.notes,
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @classmethod
    def from_canonical(cls, text: str) -> Self:
        """Return the document that `canonical` wrote down.

        Raises Unreadable when ``text`` is anything else.

        >>> document = Document([Cue(0, 900, "Hi", settings={"line": "0"})])
        >>> Document.from_canonical(document.canonical()) == document
        True
        """
        try:
            text.encode()
            content = json.loads(text)
            if content["format"] != CANONICAL:
                raise ValueError("another format")
            return cls(
                cues=[_cue(**cue) for cue in content["cues"]],
                regions=[_region(**region) for region in content["regions"]],
                styles=[_words(style) for style in content["styles"]],
                notes=[_words(note) for note in content["notes"]],
            )
        except (ValueError, TypeError, KeyError, RecursionError) as reason:
            raise Unreadable("This is not a stored subtitle document. Import the subtitle file again.") from reason


def _cue(*, start_ms: Any, end_ms: Any, text: Any, identifier: Any, settings: Any) -> Cue:
    if type(start_ms) is not int or type(end_ms) is not int:
        raise TypeError("times are whole milliseconds")
    return Cue(start_ms, end_ms, _words(text), _words(identifier), _pairs(settings))


def _region(*, identifier: Any, settings: Any) -> Region:
    return Region(_words(identifier), _pairs(settings))


def _pairs(settings: Any) -> dict[str, str]:
    if not isinstance(settings, dict):
        raise TypeError("settings are pairs of texts")
    return {_words(name): _words(value) for name, value in settings.items()}


def _words(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError("a text was expected")
    text.encode()  # a lone surrogate, which JSON can spell, has no bytes
    return text
