"""The command palette: pages of the desk by name, and titles by a few typed words."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.dataclasses import SearchResult

from cms.navigation import sidebar
from localization.models import Version
from studios.admin import may
from studios.roles import Action
from titles.catalog.languages import language_name
from titles.catalog.models import Episode
from titles.seasons import finding

_SYMBOLS = {"series": "movie", "episode": "smart_display", "version": "subtitles"}


def find(request: Any) -> HttpResponse:
    text = request.GET.get("s", "").strip()
    results = [*_titles(text), *_pages(request, text)] if text and may(request, Action.READ) else []
    return TemplateResponse(request, "desk/found.html", {"results": results, "text": text})


def _titles(text: str) -> Iterator[SearchResult]:
    for row in finding.find(text):
        noun = row._meta.model_name or ""
        address = reverse(f"admin:{row._meta.app_label}_{noun}_change", args=[row.pk])
        yield SearchResult(_name(row), str(row._meta.verbose_name), address, _SYMBOLS[noun])


def _name(row: Model) -> str:
    if isinstance(row, Version):
        return f"{_name(row.track.cut.episode)}, {language_name(row.track.language)}"
    return f"{row.series} · {row}" if isinstance(row, Episode) else str(row)


def _pages(request: Any, text: str) -> Iterator[SearchResult]:
    for group in sidebar(request):
        for item in group["items"]:
            if text.lower() in str(item["title"]).lower():
                yield SearchResult(str(item["title"]), str(group["title"]), item["link"], item["icon"])
