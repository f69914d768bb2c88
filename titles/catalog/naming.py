"""What the names of a batch of files say: which episode each is of. Knows no Django.

Studios number files in every way there is, so what counts is the number that differs from file to file; a number with
a word for "episode" beside it is believed first.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_KINDS = {
    "video": "mp4 mov m4v mkv webm avi mxf ts m2ts mpg mpeg wmv flv 3gp",
    "subtitle": "srt vtt ass ssa ttml dfxp xml imsc scc stl sbv sub",
    "artwork": "jpg jpeg png webp tif tiff psd",
}
_KIND_OF = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}

#: Numbers that say something else: sizes, rates, codecs, dates, versions, copies.
_OTHER_NUMBERS = re.compile(
    r"""
    \d{3,5}\s*[x×*]\s*\d{3,5}                    # 1080x1920
    | (?<!\d)(?:9\s*[x:_-]\s*16|16\s*[x:_-]\s*9)(?!\d)
    | (?<!\d)\d{3,4}[pi](?![a-z])                # 1080p
    | (?<![a-z0-9])[248]k(?![a-z])
    | (?<!\d)\d{2,3}(?:[.,]\d+)?\s*fps
    | (?<!\d)\d{1,2}\s*bits?(?![a-z])
    | (?<!\d)\d{2,3}(?:[.,]\d)?\s*khz
    | (?<![a-z])(?:mp[34]|[hx][ .]?26[456]|av1|aac2?|prores\d*|bt\.?(?:709|2020)|hdr10)(?![a-z0-9])
    | (?<!\d)(?:19|20)\d\d[ ._-]?(?:0[1-9]|1[0-2])[ ._-]?(?:0[1-9]|[12]\d|3[01])(?!\d)
    | (?<![a-z])(?:v|ver|version|rev|r|take|copy|draft|final)[ ._-]?\d{1,2}(?!\d)
    | [(（\[]\s*\d{1,2}\s*[)）\]]\s*$              # a second download: name(2)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SEASON = re.compile(
    r"(?<![a-z])(?:season|temporada|saison|s)[ ._-]*\d{1,2}(?!\d)|第\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*季",
    re.IGNORECASE,
)
_HAN = "〇零一二三四五六七八九十百两"
_WORDS = "episodes|episode|episodio|episódio|épisode|capítulo|capitulo|folge|bölüm|eps|epi|ep|e|cap|chapter|الحلقة|حلقة"
_NUMBERED = re.compile(
    rf"""
    第\s*(?P<han>\d{{1,4}}|[{_HAN}]{{1,6}})\s*[集话話回章]
    | (?P<before>\d{{1,4}})\s*[集话話回]
    | (?:(?<=[0-9_])|(?<![^\W_]))(?:{_WORDS})[ ._#-]{{0,2}}(?P<after>\d{{1,4}})(?!\d)
    | (?P<plain>\d{{1,4}})(?!\d)
    | \d+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_AS_WRITTEN = "en es fr ja id ar de it pt ko th vi tr hi ru pl nl ms tl"
_LANGUAGES = {
    **{code: code for code in _AS_WRITTEN.split()},
    **{"zh": "zh-Hans", "chs": "zh-Hans", "sc": "zh-Hans", "zh-cn": "zh-Hans", "zh-hans": "zh-Hans", "cn": "zh-Hans"},
    **{"cht": "zh-Hant", "tc": "zh-Hant", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant", "zh-hk": "zh-Hant"},
    **{"pt-br": "pt-BR", "ptbr": "pt-BR", "es-419": "es-419", "es-la": "es-419", "jp": "ja", "kr": "ko", "in": "id"},
    **{"eng": "en", "spa": "es", "fra": "fr", "jpn": "ja", "ind": "id", "ara": "ar", "por": "pt", "kor": "ko"},
}
_LANGUAGE = re.compile(
    rf"(?:^|[ ._\-\[(])({'|'.join(sorted(_LANGUAGES, key=len, reverse=True))})[\])]?$", re.IGNORECASE
)
_HIGHEST = 9_999


@dataclass(frozen=True)
class Match:
    """What a name says; ``reason`` is a sentence where it is not certain, else empty."""

    name: str
    kind: str
    number: int | None = None
    language: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Read:
    """A name taken apart: its numbers in order, which of them stand beside a word for "episode", and the rest."""

    name: str
    kind: str
    language: str | None
    numbers: tuple[int, ...]
    marked: frozenset[int]
    shape: str


def match(names: Sequence[str]) -> list[Match]:
    """For each file of a batch (paths inside a folder allowed) its episode, as far as the names tell.

    >>> [each.number for each in match(["Heiress_EP01_1080x1920.mp4", "heiress S01E02.mp4", "第三集.mp4"])]
    [1, 2, 3]
    >>> [each.number for each in match(["heiress-2-045-1080x1920.mov", "heiress-2-046-1080x1920.mov"])]
    [45, 46]
    >>> match(["trailer.mp4"])[0].reason
    'The name has no number.'
    """
    read = [_read(name) for name in names]
    alike: dict[str, list[_Read]] = defaultdict(list)
    for each in read:
        alike[each.shape].append(each)
    telling = _telling_place(read)
    return [_told(each, alike[each.shape], telling) for each in read]


def _told(one: _Read, alike: list[_Read], telling: int) -> Match:
    place, reason = _place(one, alike, telling)
    number = one.numbers[place] if place is not None else None
    return Match(one.name, one.kind, number, one.language, reason)


def _place(one: _Read, alike: list[_Read], telling: int) -> tuple[int | None, str]:
    """Which of the numbers is the episode's, and why that is not certain."""
    if not one.numbers:
        return None, "The name has no number."
    varying = [place for place in range(len(one.numbers)) if len({each.numbers[place] for each in alike}) > 1]
    marked = sorted(one.marked)
    if marked and (set(marked) & set(varying) or not varying):
        return next((place for place in marked if place in varying), marked[0]), ""
    if len(varying) == 1:
        return varying[0], ""
    if len(varying) > 1:
        different = [place for place in varying if len({each.numbers[place] for each in alike}) == len(alike)]
        return (different or varying)[0], _several(one, "more than one of them differs from file to file")
    if len(one.numbers) == 1:
        return 0, ""
    if 0 <= telling < len(one.numbers):
        return telling, _several(one, "this one differs from file to file")
    return len(one.numbers) - 1, _several(one, "this is the last one")


def _several(one: _Read, why: str) -> str:
    listed = ", ".join(str(number) for number in one.numbers)
    return f"The name has several numbers ({listed}); {why}."


def _telling_place(read: list[_Read]) -> int:
    """At which place the numbers of the whole batch differ most, for names that are like no other; -1 for none."""
    kinds: Counter[int] = Counter()
    for place in range(max((len(each.numbers) for each in read), default=0)):
        values = {each.numbers[place] for each in read if len(each.numbers) > place}
        kinds[place] = len(values)
    best = max(kinds, key=lambda place: (kinds[place], -place), default=-1)
    return best if best >= 0 and kinds[best] > 1 else -1


def _read(name: str) -> _Read:
    path = PurePosixPath(unicodedata.normalize("NFKC", name.replace("\\", "/")))
    kind = _KIND_OF.get(path.suffix.lower().removeprefix("."), "unknown")
    stem = path.stem if path.suffix else path.name
    language = None
    if kind == "subtitle" and (found := _LANGUAGE.search(stem)):
        language, stem = _LANGUAGES[found[1].lower()], stem[: found.start()]
    for text in (stem, *reversed(path.parent.parts)):
        numbers, marked, shape = _numbers_in(text)
        if numbers:
            return _Read(name, kind, language, numbers, marked, shape)
    return _Read(name, kind, language, (), frozenset(), stem)


def _numbers_in(text: str) -> tuple[tuple[int, ...], frozenset[int], str]:
    """The numbers of ``text``, the places of those with a word for "episode", and the text without them."""
    text = _SEASON.sub(" ", _OTHER_NUMBERS.sub(" ", text))
    numbers: list[int] = []
    marked, shape, end = set(), "", 0
    for found in _NUMBERED.finditer(text):
        value = found["han"] or found["before"] or found["after"] or found["plain"]
        if value is None:
            continue
        if found["plain"] is None:
            marked.add(len(numbers))
        shape, end = f"{shape}{text[end : found.start()]}#", found.end()
        numbers.append(int(value) if value.isdecimal() else _of_han(value))
    kept = [place for place, number in enumerate(numbers) if number <= _HIGHEST]
    return tuple(numbers[place] for place in kept), frozenset(marked), shape + text[end:]


def _of_han(numeral: str) -> int:
    """A Chinese numeral below a thousand.

    >>> [_of_han(numeral) for numeral in ("七", "十", "十五", "二十", "三十二", "一百零五", "两百一十", "一〇五")]
    [7, 10, 15, 20, 32, 105, 210, 105]
    """
    digits = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    if not set(numeral) & set("十百"):
        return int("".join(str(digits[letter]) for letter in numeral))
    total, pending = 0, None
    for letter in numeral:
        if letter in digits:
            pending = digits[letter]
        else:
            total += (1 if pending is None else pending) * {"十": 10, "百": 100}[letter]
            pending = None
    return total + (pending or 0)
