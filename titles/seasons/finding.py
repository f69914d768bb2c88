"""Finding by a few typed words: ``hei 12 ar`` is episode 12 of the series that has a word beginning so, its Arabic
subtitles first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from modeltranslation.utils import build_localized_fieldname

from localization.models import Track, Version
from titles.catalog.languages import METADATA_LANGUAGES, OWN_NAMES
from titles.catalog.models import Episode, Series

_MOST = 8
_TAGS = {tag.lower(): tag for tag in OWN_NAMES}


@dataclass(frozen=True)
class Wish:
    """What the words say: parts of a title, an episode number, a language of subtitles."""

    words: tuple[str, ...] = field(default_factory=tuple)
    number: int | None = None
    language: str = ""


def understood(text: str) -> Wish:
    """Sort the words of ``text``: digits are an episode number, a language tag after another word is a language.

    >>> understood("hei 12 ar")
    Wish(words=('hei',), number=12, language='ar')
    >>> understood("id")
    Wish(words=('id',), number=None, language='')
    """
    words: list[str] = []
    number, language = None, ""
    for word in text.lower().split():
        if word.isdecimal() and len(word) <= 4 and number is None:
            number = int(word)
        elif word in _TAGS and (words or number is not None) and not language:
            language = _TAGS[word]
        else:
            words.append(word)
    return Wish(tuple(words), number, language)


def find(text: str) -> list[Model]:
    """The rows that ``text`` means, the most exact first: subtitles, then episodes, then series."""
    wish = understood(text)
    found: list[Any] = []
    if wish.number is not None or wish.words:
        episodes = list(_episodes(wish))
        if wish.language:
            found += _versions(wish.language, episodes)
        found += episodes
    if wish.words:
        found += Series.objects.filter(*_each(wish.words)).order_by("title_en", "id")[:_MOST]
    return found


def _episodes(wish: Wish) -> Iterable[Episode]:
    """By number and series, or by words of their own titles."""
    episodes = Episode.objects.select_related("series").order_by("series__title_en", "number", "id")
    if wish.number is not None:
        return episodes.filter(*_each(wish.words, "series__"), number=wish.number)[:_MOST]
    return episodes.filter(*_each(wish.words))[:_MOST]


def _versions(language: str, episodes: Iterable[Episode]) -> Iterable[Version]:
    newest = Version.objects.filter(
        track__cut__episode__in=episodes, track__language=language, track__kind=Track.Kind.FULL
    )
    newest = newest.order_by("track", "-number").distinct("track").defer("document")
    return newest.select_related("track__cut__episode__series")


def _each(words: Iterable[str], prefix: str = "") -> list[Q]:
    """Every word stands in the title, in whichever language."""
    fields = [f"{prefix}{build_localized_fieldname('title', code)}__icontains" for code, _name in METADATA_LANGUAGES]
    return [Q(*((name, word) for name in fields), _connector=Q.OR) for word in words]
