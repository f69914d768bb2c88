"""HTML character references, as cue text uses them: ``&amp;``, ``&lt;``, ``&#8230;``.

The standard library's html.unescape is not fit for uploads: it swallows control characters and raises
ValueError on a reference of a few thousand digits.
"""

from html.entities import html5

REPLACEMENT = "\ufffd"
_LONGEST_NAME = max(map(len, html5))
_DIGITS = {10: frozenset("0123456789"), 16: frozenset("0123456789abcdefABCDEF")}


def decode(text: str) -> str:
    """Return ``text`` with every character reference replaced by what it stands for.

    HTML, "consume a character reference", outside attributes: the longest known name wins and the semicolon
    may be missing. What is no reference stays as it is.

    >>> decode("Tom &amp; Jerry &notit; AT&T &#x2764; &")
    'Tom & Jerry ¬it; AT&T ❤ &'
    """
    plain, *rest = text.split("&")
    pieces = [plain]
    for piece in rest:
        value, length = _reference(piece)
        pieces.append((value if length else "&") + piece[length:])
    return "".join(pieces)


def starts_reference(text: str, at: int) -> bool:
    """Whether the ampersand at index ``at`` of ``text`` starts a character reference."""
    window = text[at + 1 : at + 1 + _LONGEST_NAME]
    return _reference(window)[1] > 0


def _reference(text: str) -> tuple[str, int]:
    """Return what a reference at the start of ``text`` (behind its ampersand) means, and its length or 0."""
    if text.startswith("#"):
        return _numeric(text)
    if not text[:1].isalpha():
        return "", 0
    for length in range(min(len(text), _LONGEST_NAME), 1, -1):
        if text[:length] in html5:
            return html5[text[:length]], length
    return "", 0


def _numeric(text: str) -> tuple[str, int]:
    base, start = (16, 2) if text[1:2] in ("x", "X") else (10, 1)
    end = start
    while end < len(text) and text[end] in _DIGITS[base]:
        end += 1
    if end == start:
        return "", 0
    return _character(text[start:end], base), end + text.startswith(";", end)


def _character(digits: str, base: int) -> str:
    significant = digits.lstrip("0")
    number = int(significant, base) if 0 < len(significant) <= 7 else 0
    if not 0 < number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return REPLACEMENT
    if 0x80 <= number <= 0x9F:  # HTML reads these as Windows-1252, where old authoring tools took them from
        return bytes([number]).decode("cp1252", errors="ignore") or chr(number)
    return chr(number)
