"""Finding by a few typed words: ``hei 12 ar`` is episode 12 of the series that has a word beginning so, its Arabic
subtitles first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model

from localization.models import Track, Version
from studios.searching import TextQuerySet
from titles.catalog.languages import OWN_NAMES
from titles.catalog.models import Episode, Series
from titles.catalog.models.episode import is_number

Rows = TypeVar("Rows", bound=TextQuerySet[Any])
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
        if is_number(word) and number is None:
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
        found += _with_every(wish.words, Series.objects.all()).order_by("title_en", "id")[:_MOST]
    return found


def _episodes(wish: Wish) -> Iterable[Episode]:
    """By number and series, or by words of their own titles."""
    episodes = Episode.objects.select_related("series").order_by("series__title_en", "number", "id")
    if wish.number is None:
        return _with_every(wish.words, episodes)[:_MOST]
    numbered = episodes.filter(number=wish.number)
    if wish.words:
        numbered = numbered.filter(series__in=_with_every(wish.words, Series.objects.all()))
    return numbered[:_MOST]


def _versions(language: str, episodes: Iterable[Episode]) -> Iterable[Version]:
    newest = Version.objects.filter(
        track__cut__episode__in=episodes, track__language=language, track__kind=Track.Kind.FULL
    )
    newest = newest.newest_of_tracks().defer("document")
    return newest.select_related("track__cut__episode__series")


def _with_every(words: Iterable[str], rows: Rows) -> Rows:
    """Every word stands in the title, in whichever language."""
    for word in words:
        rows = rows.containing(word)
    return rows
