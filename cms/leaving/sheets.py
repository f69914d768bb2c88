"""The main nouns as CSV, for people with spreadsheets. They repeat what the tables say and are not imported."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from studios.audit_sheet import harmless
from titles.catalog.languages import METADATA_LANGUAGES, bcp47
from titles.catalog.models import Credit, Episode, Series
from titles.catalog.texts import in_every_language
from titles.distribution.models import Release

_LANGUAGES = [bcp47(code) for code, _name in METADATA_LANGUAGES]
_AT_ONCE = 200

Lines = Iterator[list[Any]]


def _titles(what: str) -> list[str]:
    return [f"{what} {language}" for language in _LANGUAGES]


def _in_languages(row: Any, what: str) -> list[str]:
    texts = in_every_language(row, what)
    return [texts.get(language, "") for language in _LANGUAGES]


def _series() -> Lines:
    yield ["id", "short name", "original language", "franchise", "season", *_titles("title"), *_titles("synopsis")]
    for each in Series.objects.order_by("slug", "id").iterator(_AT_ONCE):
        known = [each.pk, each.slug, each.original_language, each.franchise, each.season_number]
        yield [*known, *_in_languages(each, "title"), *_in_languages(each, "synopsis")]


def _episodes() -> Lines:
    yield ["id", "series", "kind", "number", *_titles("title"), *_titles("synopsis")]
    rows = Episode.objects.select_related("series").order_by("series__slug", "series_id", "number", "id")
    for each in rows.iterator(_AT_ONCE):
        known = [each.pk, each.series.slug, each.kind, each.number]
        yield [*known, *_in_languages(each, "title"), *_in_languages(each, "synopsis")]


def _credits() -> Lines:
    yield ["id", "series", "role", "billing", *_titles("name"), *_titles("character")]
    rows = Credit.objects.select_related("series", "person").order_by("series__slug", "series_id", "billing", "id")
    for each in rows.iterator(_AT_ONCE):
        known = [each.pk, each.series.slug, each.role, each.billing]
        yield [*known, *_in_languages(each.person, "name"), *_in_languages(each, "character")]


def _releases() -> Lines:
    yield ["id", "series", "episode", "number", "state", "submitted", "digest"]
    rows = Release.objects.select_related("series", "episode").defer("document")
    for each in rows.order_by("series__slug", "series_id", "episode_id", "number", "id").iterator(_AT_ONCE):
        episode = each.episode.number or each.episode.kind if each.episode else ""
        submitted = each.submitted_at.isoformat()
        yield [each.pk, each.series.slug, episode, each.number, each.state, submitted, each.digest]


SHEETS: dict[str, Callable[[], Lines]] = {
    "series": _series,
    "episodes": _episodes,
    "credits": _credits,
    "releases": _releases,
}


def write(name: str, path: Path) -> int:
    """Write one sheet and return how many rows it has, its head not counted. Needs the studio's scope."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark by which spreadsheets know UTF-8
        sheet = csv.writer(file)
        rows = -1
        for line in SHEETS[name]():
            sheet.writerow([harmless("" if cell is None else str(cell)) for cell in line])
            rows += 1
    return rows
