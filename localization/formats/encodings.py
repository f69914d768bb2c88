"""Turning the bytes of a subtitle file into text.

In this order: a byte order mark; UTF-16 by its pattern of zero bytes; UTF-8, which nothing else passes for;
then one of the few encodings that editors of the given language used before UTF-8. Strictness alone cannot
tell those apart (GB 18030 takes Big5 bytes without complaint), so a detector chooses between them, and the
page that imports shows the first cues to a person.
"""

import codecs
from typing import NamedTuple

import chardet

from localization.formats.document import Unreadable
from localization.formats.repairs import Repairs

# UTF-32 before UTF-16: their little-endian marks start alike. With these codecs the mark is not part of the
# text. "utf-8-sig" is told apart so that ``data.decode(document.encoding)`` always gives the text.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# How much of a file is looked at for the zero bytes of UTF-16.
_SAMPLE_BYTES = 8192

# ISO-2022-JP is pure ASCII to a UTF-8 decoder; what gives it away is the escape into two-byte characters.
_JAPANESE_ESCAPE = b"\x1b$"

_WESTERN = "af ca cy da de en es eu fi fil fo fr ga gl id in is it lb ms nb nl nn no pt rm sq sv sw tl"
_CENTRAL_EUROPEAN = "bs cs hr hu pl ro sk sl"
_CYRILLIC = "be bg kk ky mk mn ru sr tg"

LEGACY: dict[str, tuple[str, ...]] = {
    "ja": ("cp932", "euc_jis_2004", "iso2022_jp_2"),
    "zh": ("gb18030", "big5hkscs"),
    "zh-hans": ("gb18030",),
    "zh-hant": ("big5hkscs",),
    "ko": ("cp949",),
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "ur": ("cp1256",),
    "he": ("cp1255", "iso8859-8"),
    "el": ("cp1253", "iso8859-7"),
    "th": ("cp874",),
    "tr": ("cp1254",),
    "az": ("cp1254",),
    "vi": ("cp1258",),
    "uk": ("cp1251", "koi8-u"),
    **dict.fromkeys(_CYRILLIC.split(), ("cp1251", "koi8-r", "cp866", "iso8859-5")),
    **dict.fromkeys(_CENTRAL_EUROPEAN.split(), ("cp1250", "iso8859-2")),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257",)),
    **dict.fromkeys(_WESTERN.split(), ("cp1252",)),
}
_TRADITIONAL_CHINESE = frozenset({"hant", "tw", "hk", "mo"})
_SIMPLIFIED_CHINESE = frozenset({"hans", "cn", "sg"})


class Decoded(NamedTuple):
    """``encoding`` is the name of a Python codec."""

    text: str
    encoding: str


def decode(data: bytes, language: str | None, repairs: Repairs) -> Decoded:
    """Return the text of ``data``, adding to ``repairs`` what was guessed or damaged.

    ``language`` is a BCP 47 tag. Raises Unreadable when no allowed encoding fits, or when only the language
    could decide and is not given.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, repairs)
    byte_order = _utf16_without_mark(data)
    if byte_order:
        return _strictly(data, byte_order, repairs)
    if _JAPANESE_ESCAPE not in data:
        try:
            return Decoded(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            damaged = _damaged_utf8(data, "utf-8", repairs)
            if damaged:
                return damaged
    return _legacy(data, language, repairs)


def legacy_encodings(language: str) -> tuple[str, ...]:
    """Return the encodings that a file in ``language`` may have besides UTF-8, likeliest first.

    >>> legacy_encodings("zh-TW"), legacy_encodings("pt-BR"), legacy_encodings("hi")
    (('big5hkscs',), ('cp1252',), ())
    """
    primary, *subtags = language.lower().replace("_", "-").split("-")
    if primary == "zh" and _TRADITIONAL_CHINESE.intersection(subtags):
        primary = "zh-hant"
    elif primary == "zh" and _SIMPLIFIED_CHINESE.intersection(subtags):
        primary = "zh-hans"
    return LEGACY.get(primary, ())


def _strictly(data: bytes, encoding: str, repairs: Repairs) -> Decoded:
    """Decode bytes whose encoding is known from their beginning."""
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as reason:
        damaged = _damaged_utf8(data, encoding, repairs) if encoding == "utf-8-sig" else None
        if damaged:
            return damaged
        raise Unreadable(
            f"The file says it is {encoding.removesuffix('-sig').upper()}, but its bytes are damaged. "
            "Export it again as UTF-8."
        ) from reason


def _utf16_without_mark(data: bytes) -> str | None:
    """Tell UTF-16 by the zero bytes that digits and arrows have in every second place.

    Those are the larger part of any subtitle file, so a fifth of the places is little to ask for. A few
    zeros lie in the other places too: the Chinese one, U+4E00, is among the commonest characters.
    """
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or max(even, odd) < len(sample) / 10:
        return None
    if odd >= 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even >= 4 * odd else None


def _damaged_utf8(data: bytes, encoding: str, repairs: Repairs) -> Decoded | None:
    """Take a file for UTF-8 that is UTF-8 but for a byte here and there, as a careless cut leaves it.

    In another encoding hardly any pair of bytes is good UTF-8; twenty good characters to a bad one are proof.
    """
    text = data.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    good = sum(not character.isascii() for character in text) - bad
    if good < 20 * bad:
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if "\ufffd" in line:
            repairs.note("a damaged character shows as \ufffd.", line=number)
    return Decoded(text, encoding)


def _legacy(data: bytes, language: str | None, repairs: Repairs) -> Decoded:
    candidates = _candidates(data, language)
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        repairs.note(f"the file is not UTF-8 and was read as {encoding}; check that the cues read well.")
        return Decoded(text, encoding)
    raise Unreadable(
        f"The file is neither UTF-8 nor {' nor '.join(candidates)}, the encodings used for {language}. "
        "Check the language, or save the file as UTF-8.",
        _first_line_outside_ascii(data),
    )


def _candidates(data: bytes, language: str | None) -> list[str]:
    """Return the encodings to try, the detector's choice first."""
    line = _first_line_outside_ascii(data)
    if b"\0" in data:
        raise Unreadable("This is not a text file. Choose an SRT or WebVTT file.", line)
    if not language:
        raise Unreadable(
            "The file is not UTF-8, and only its language can tell how to read it. "
            "Name the language of the subtitles, or save the file as UTF-8.",
            line,
        )
    allowed = legacy_encodings(language)
    if not allowed:
        raise Unreadable(f"The file is not UTF-8, and for {language} nothing else is read. Save it as UTF-8.", line)
    found = chardet.detect(data, include_encodings=allowed, no_match_encoding=allowed[0], compat_names=False)
    return sorted(allowed, key=lambda encoding: encoding != found["encoding"])


def _first_line_outside_ascii(data: bytes) -> int:
    at = next((at for at, byte in enumerate(data) if byte > 0x7F or byte == 0x1B), 0)
    return data.count(b"\n", 0, at) + 1
