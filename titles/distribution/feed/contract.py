"""What the OpenAPI document says of each address."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from titles.distribution.feed import examples, shapes
from titles.media.playback import FORMATS

_KNOWN = OpenApiResponse(description="Unchanged since the ETag in If-None-Match.")


def _refusal(description: str, code: str, detail: str) -> OpenApiResponse:
    example = OpenApiExample(code, value={"code": code, "detail": detail}, response_only=True)
    return OpenApiResponse(shapes.Refusal, description, [example])


_NO_KEY = _refusal("No key, or a bad one.", "bad_key", "This key is unknown, expired or revoked.")
_SCOPE = _refusal(
    "The key does not open this.",
    "scope",
    "This key does not open this address. Ask for one with the scope that it needs.",
)
_NOTHING = _refusal("Nothing that is available now.", "not_found", "There is nothing here that is available to you.")
_IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag you have.")


def _body(shape: Any, operation: str, summary: str, example: dict[str, Any]) -> Any:
    return extend_schema_view(
        get=extend_schema(
            operation_id=operation,
            summary=summary,
            parameters=[_IF_NONE_MATCH],
            responses={
                200: OpenApiResponse(shape, examples=[OpenApiExample(operation, value=example, response_only=True)]),
                304: _KNOWN,
                401: _NO_KEY,
                403: _SCOPE,
                404: _NOTHING,
            },
        )
    )


changes = extend_schema(
    operation_id="changes",
    summary="What changed since your cursor",
    description=(
        "Upserts and deletes in the order in which to apply them: a series before its episodes. Apply every entry, "
        "keep next_cursor, ask again with it; without a cursor the feed starts at its beginning."
    ),
    parameters=[
        OpenApiParameter("cursor", str, description="The next_cursor of the page before."),
        OpenApiParameter("limit", int, description="Entries of a page: 1 to 100, usually 50."),
        _IF_NONE_MATCH,
    ],
    responses={
        200: OpenApiResponse(shapes.Page, examples=[OpenApiExample("page", value=examples.PAGE, response_only=True)]),
        304: _KNOWN,
        400: _refusal(
            "The cursor was altered or is another partner's, or the limit is no number.",
            "bad_cursor",
            "This cursor is not one that was given to you. Start again without a cursor.",
        ),
        401: _NO_KEY,
        403: _SCOPE,
        410: _refusal(
            "The feed has begun anew.",
            "cursor_expired",
            "This cursor is of an older epoch of the feed. Start again without a cursor.",
        ),
    },
)
series = _body(shapes.Series, "series", "A series as you may see it now", examples.SERIES)
episode = _body(shapes.Episode, "episode", "An episode as you may see it now", examples.EPISODE)
asset = extend_schema(
    operation_id="asset",
    summary="A playlist, a picture or a subtitle file",
    parameters=[
        OpenApiParameter("format", str, enum=list(FORMATS), description="Of an edition: hls (usual) or dash."),
    ],
    responses={
        302: OpenApiResponse(description="Leads to a signed address that works for some hours."),
        400: _refusal("No such format.", "bad_format", "The format is hls or dash."),
        401: _NO_KEY,
        403: _SCOPE,
        404: _NOTHING,
    },
)


unlisted = extend_schema(exclude=True)


class BearerKey(OpenApiAuthenticationExtension):
    target_class = "titles.distribution.feed.authentication.PartnerKeyAuthentication"
    name = "partnerKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The key that the studio gave you."}
