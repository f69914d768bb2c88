"""WebVTT cue text: its parser, its tree, and the two readings of it that the rest of the house needs.

WebVTT, W3C Candidate Recommendation, sections 6.4 (cue text parsing rules) and 6.5. Nothing here recurses: a
hostile cue may open twenty thousand tags and close none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from localization.formats.clock import collect_timestamp
from localization.formats.references import decode, starts_reference
from localization.formats.scanning import ASCII_DIGITS, Scanner, split_on_spaces

CONTAINERS = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})


class Text(NamedTuple):
    value: str


class Timestamp(NamedTuple):
    """From here on the text becomes active at ``time_ms`` of the media."""

    time_ms: int


class Span(NamedTuple):
    """What a tag says of the text inside it. ``name`` is c, i, b, u, ruby, rt, v or lang.

    ``voice`` is the speaker that a ``v`` names. ``language`` is the BCP 47 tag that applies inside, as
    written, or empty.
    """

    name: str
    classes: tuple[str, ...] = ()
    voice: str = ""
    language: str = ""


@dataclass(slots=True, eq=False)
class Element:
    """A span with what it holds."""

    span: Span
    children: list["Node"] = field(default_factory=list)


Node = Text | Timestamp | Element


class Step(NamedTuple):
    """One step through cue text: a leaf, or a span when it ``opens`` and again when it closes."""

    node: Text | Timestamp | Span
    opens: bool


class Token(NamedTuple):
    """A piece of cue text as written: a tag with its angle brackets, or the text between two tags."""

    raw: str
    is_tag: bool


class _StartTag(NamedTuple):
    name: str
    classes: tuple[str, ...]
    annotation: str


def tokens(text: str) -> Iterator[Token]:
    """Cut cue text at its tags; the pieces joined give ``text`` again.

    >>> [token.raw for token in tokens("<v Ann>Hi <i>you</i")]
    ['<v Ann>', 'Hi ', '<i>', 'you', '</i']
    """
    at = 0
    while at < len(text):
        is_tag = text[at] == "<"
        end = text.find(">" if is_tag else "<", at)
        end = len(text) if end < 0 else end + is_tag
        yield Token(text[at:end], is_tag)
        at = end


def steps(text: str, *, language: str = "") -> Iterator[Step]:
    """Step through cue text in reading order; every span that opens also closes.

    Any text can be stepped through: what the standard does not know is ignored. ``language`` applies where
    the text names none.

    >>> [step.node for step in steps("a &lt; b <00:00:01.500>!")]
    [Text(value='a < b '), Timestamp(time_ms=1500), Text(value='!')]
    """
    path = [Span("", language=language)]
    for token in tokens(text):
        inside = token.raw[1:].removesuffix(">")
        if not token.is_tag:
            yield Step(Text(decode(token.raw)), opens=True)
        elif inside.startswith("/"):
            for _ in range(_closed_by(inside[1:], path)):
                yield Step(path.pop(), opens=False)
        elif inside[:1] in ASCII_DIGITS:
            yield from _timestamp(inside)
        else:
            yield from _opened_by(_start_tag(inside), path)
    while len(path) > 1:
        yield Step(path.pop(), opens=False)


def parse(text: str, *, language: str = "") -> list[Node]:
    """Return the tree of ``text`` as a list of nodes.

    >>> parse("Hi <b>you</b>")
    [Text(value='Hi '), Element(span=Span(name='b', classes=(), voice='', language=''), children=[Text(value='you')])]
    """
    tree: list[Node] = []
    path = [tree]
    for node, opens in steps(text, language=language):
        if not isinstance(node, Span):
            path[-1].append(node)
        elif opens:
            element = Element(node)
            path[-1].append(element)
            path.append(element.children)
        else:
            path.pop()
    return tree


def plain(text: str) -> str:
    """Return what a viewer reads: no tags, no references, ruby without its readings.

    >>> plain("<v Ann>Tom &amp; <i>Jerry</i>")
    'Tom & Jerry'
    """
    readings = 0
    words = []
    for node, opens in steps(text):
        if isinstance(node, Span) and node.name == "rt":
            readings += 1 if opens else -1
        elif isinstance(node, Text) and not readings:
            words.append(node.value)
    return "".join(words)


def literal(text: str) -> str:
    """Return cue text that reads as exactly ``text``, changed no more than needed.

    >>> literal("AT&T &amp; I <3 you --> now")
    'AT&T &amp;amp; I &lt;3 you --&gt; now'
    """
    first, *rest = text.split("&")
    at = len(first)
    pieces = [first]
    for piece in rest:
        pieces.append("&amp;" if starts_reference(text, at) else "&")
        pieces.append(piece)
        at += 1 + len(piece)
    return "".join(pieces).replace("<", "&lt;").replace("-->", "--&gt;")


def _start_tag(inside: str) -> _StartTag:
    """Take apart what stands between ``<`` and ``>``: name, classes behind points, annotation."""
    head = inside
    annotation = ""
    for at, character in enumerate(inside):
        if character in "\t\n\f ":
            head, annotation = inside[:at], inside[at:]
            break
    name, *classes = head.split(".")
    words = split_on_spaces(decode(annotation))
    return _StartTag(name, tuple(filter(None, classes)), " ".join(words))


def _opened_by(tag: _StartTag, path: list[Span]) -> Iterator[Step]:
    here = path[-1]
    if tag.name not in CONTAINERS or (tag.name == "rt" and here.name != "ruby"):
        return
    span = Span(
        tag.name,
        tag.classes,
        voice=tag.annotation if tag.name == "v" else "",
        language=tag.annotation if tag.name == "lang" else here.language,
    )
    path.append(span)
    yield Step(span, opens=True)


def _closed_by(name: str, path: list[Span]) -> int:
    """Return how many spans an end tag closes: one, both of a ruby and its reading, or none."""
    here = path[-1].name
    if name == "ruby" and here == "rt":
        return 2
    return int(name == here and name in CONTAINERS)


def _timestamp(inside: str) -> Iterator[Step]:
    scanner = Scanner(inside)
    time_ms = collect_timestamp(scanner)
    if time_ms is not None and scanner.at_end():
        yield Step(Timestamp(time_ms), opens=True)
