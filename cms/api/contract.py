"""What the OpenAPI document says of each address."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers as drf

from cms.api import shapes
from titles.distribution.feed.shapes import Refusal

_TAG = ["studio"]
_IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag you have.")
_PAGING = [
    OpenApiParameter("cursor", str, description="The next_cursor of the page before."),
    OpenApiParameter("limit", int, description="Items of a page: 1 to 100, usually 50."),
    _IF_NONE_MATCH,
]
_REFUSALS = {
    304: OpenApiResponse(description="Unchanged since the ETag in If-None-Match."),
    401: OpenApiResponse(Refusal, "No key, or a bad one."),
    403: OpenApiResponse(Refusal, "The key does not open this."),
}
_BAD = {400: OpenApiResponse(Refusal, "The cursor is not of this list, or a parameter is not of its kind.")}
_NOTHING = {404: OpenApiResponse(Refusal, "There is no such row.")}


def _listing(operation: str, summary: str, item: Any, *, more: Any = (), **refusals: Any) -> Any:
    page = inline_serializer(
        name=f"{operation.removeprefix('list_').capitalize()}Page",
        fields={"items": item(many=True), "next_cursor": drf.CharField(allow_null=True, help_text="null at the end")},
    )
    return extend_schema_view(
        get=extend_schema(
            operation_id=operation,
            summary=summary,
            tags=_TAG,
            parameters=[*more, *_PAGING],
            responses={200: page, **_REFUSALS, **_BAD, **refusals.get("also", {})},
        )
    )


series_list = _listing("list_series", "The series of the studio", shapes.StudioSeries)
episode_list = _listing("list_episodes", "The episodes of a series", shapes.StudioEpisode, also=_NOTHING)
job_list = _listing("list_jobs", "Work that was asked for", shapes.Job)
history = _listing(
    "history",
    "Every change and every move, newest first",
    shapes.HistoryEntry,
    more=[
        OpenApiParameter("noun", str, description="Only rows of this kind, such as catalog.series."),
        OpenApiParameter("row_id", str, description="Only this row."),
    ],
)
one_series = extend_schema_view(
    get=extend_schema(
        operation_id="one_series",
        summary="A series",
        tags=_TAG,
        parameters=[_IF_NONE_MATCH],
        responses={200: shapes.StudioSeries, **_REFUSALS, **_NOTHING},
    )
)
unlisted = extend_schema(exclude=True)
