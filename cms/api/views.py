"""The addresses of the studio API. One request stands in one scope of the studio that the key names."""

import hashlib
from abc import ABC, abstractmethod
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from cms.api import contract, shapes
from cms.api.authentication import StudioKeyAuthentication
from cms.api.cursors import cursor_at, id_of, mark_of
from studios.audit import Wanted, page
from studios.models import StudioKey
from titles.catalog.models import Episode, Series
from titles.distribution.bodies import as_text
from titles.distribution.feed.refusals import NotAvailable
from titles.distribution.feed.views import KeyView, as_json, limit_of, unless_known
from titles.jobs.models import Job

Scope = StudioKey.Scope


class BadFilter(APIException):
    status_code = 400
    default_code = "bad_filter"
    default_detail = "A filter is not of its kind: ids are UUIDs."


class ApiView(KeyView):
    authentication = StudioKeyAuthentication

    def answer(self, content: dict[str, Any]) -> HttpResponseBase:
        """The content as JSON with its ETag; 304 where whoever asks has exactly this already."""
        body = as_text(content).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return unless_known(self.request, etag) or as_json(body, etag)


class Rows(ApiView, ABC):
    """A page of rows in the order of their ids: newest last, so that a cursor misses nothing that is made later."""

    listed: ClassVar[str]
    shape: ClassVar[Any]

    @abstractmethod
    def rows(self, **place: Any) -> QuerySet[Any]:
        """The rows to list, in any order."""

    def get(self, request: Request, **place: Any) -> HttpResponseBase:
        listed = "/".join([self.listed, *(str(each) for each in place.values())])
        start, limit = id_of(request.query_params.get("cursor", ""), listed), limit_of(request)
        rows = self.rows(**place).order_by("id")
        found = list((rows.filter(pk__gt=start) if start else rows)[: limit + 1])
        shown, is_more = found[:limit], len(found) > limit
        items = [type(self).shape(row) for row in shown]
        return self.answer(_page(items, cursor_at(listed, str(shown[-1].pk)) if is_more else None))


@contract.series_list
class SeriesList(Rows):
    opened_by = Scope.CATALOG
    listed = "series"
    shape = staticmethod(shapes.series)

    def rows(self, **place: Any) -> QuerySet[Series]:
        return Series.objects.all()


@contract.episode_list
class EpisodeList(Rows):
    opened_by = Scope.CATALOG
    listed = "episodes"
    shape = staticmethod(shapes.episode)

    def rows(self, **place: Any) -> QuerySet[Episode]:
        if not Series.objects.filter(pk=place["series_id"]).exists():
            raise NotAvailable
        return Episode.objects.filter(series=place["series_id"])


@contract.job_list
class JobList(Rows):
    opened_by = Scope.JOBS
    listed = "jobs"
    shape = staticmethod(shapes.job)

    def rows(self, **place: Any) -> QuerySet[Job]:
        return Job.objects.all()


@contract.one_series
class OneSeries(ApiView):
    opened_by = Scope.CATALOG

    def get(self, request: Request, series_id: UUID) -> HttpResponseBase:
        series = Series.objects.filter(pk=series_id).first()
        if series is None:
            raise NotAvailable
        return self.answer(shapes.series(series))


@contract.history
class History(ApiView):
    """The audit, newest first: an entry never changes, and new ones come before the first page."""

    opened_by = Scope.HISTORY

    def get(self, request: Request) -> HttpResponseBase:
        wanted = Wanted(noun=request.query_params.get("noun", ""), row_id=_id(request.query_params.get("row_id", "")))
        mark = mark_of(request.query_params.get("cursor", ""), "history")
        found = page(wanted, after=mark, limit=limit_of(request))
        end = found.end
        cursor = cursor_at("history", end.at.isoformat(), end.rank, end.number) if end else None
        return self.answer(_page([shapes.entry(each) for each in found.entries], cursor))


@contract.unlisted
class Nowhere(ApiView):
    """Any other address, so that a mistyped one is refused in JSON as well."""

    opened_by = ""

    def check_permissions(self, request: Request) -> None:
        """Whatever the key opens, here is nothing."""
        if request.auth is None:
            self.permission_denied(request)

    def get(self, request: Request) -> HttpResponseBase:
        raise NotAvailable


def _page(items: list[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    return {"items": items, "next_cursor": next_cursor}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadFilter from None
