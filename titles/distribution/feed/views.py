"""The addresses of the feed. One request stands in one scope of the studio that the partner's key names."""

import re
from contextlib import ExitStack
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from studios.scope import scope
from titles.distribution.feed import contract
from titles.distribution.feed.assets import signed_address
from titles.distribution.feed.authentication import (
    ByScope,
    KeyAuthentication,
    PartnerKeyAuthentication,
    claimed_studio,
)
from titles.distribution.feed.cursors import sequence_at
from titles.distribution.feed.pages import Page
from titles.distribution.feed.refusals import BadLimit, NotAvailable, in_our_words
from titles.distribution.models import FeedEntry, Partner, PartnerKey

MOST_ENTRIES = 100
USUAL_ENTRIES = 50
# A partner may keep what it read, and asks each time whether it still holds.
_CACHING = "private, no-cache"
_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class AlwaysJson(BaseContentNegotiation):
    """One format, whatever is accepted; ``?format=`` is ours."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class KeyView(APIView):
    """What all addresses for machines share: the key, the scope of its studio, JSON, one language for sentences."""

    #: How keys are checked here, and the scope that a key needs.
    authentication: ClassVar[type[KeyAuthentication]]
    opened_by: ClassVar[str]

    permission_classes = [ByScope]
    content_negotiation_class = AlwaysJson
    claimed: UUID | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.claimed = claimed_studio(request.headers, self.authentication.keys)
        with ExitStack() as stack:
            stack.enter_context(translation.override("en"))
            if self.claimed is not None:
                stack.enter_context(scope(self.claimed, door="api"))
            return super().dispatch(request, *args, **kwargs)

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [self.authentication(self.claimed)]

    def get_exception_handler(self) -> Any:
        return in_our_words


class FeedView(KeyView):
    authentication = PartnerKeyAuthentication
    opened_by = PartnerKey.Scope.FEED

    @property
    def partner(self) -> Partner:
        """Who asks; its key was checked."""
        return cast(Partner, self.request.user)


class Changes(FeedView):
    """What changed for the partner since its cursor, oldest first."""

    @contract.changes
    def get(self, request: Request) -> HttpResponseBase:
        start = sequence_at(self.partner, request.query_params.get("cursor", ""))
        page = Page.after(start, partner=self.partner, limit=limit_of(request), at=timezone.now())
        return unless_known(request, page.etag()) or as_json(page.as_bytes(), page.etag())


class Body(FeedView):
    """One subject as the partner may see it now."""

    noun: str

    def get(self, request: Request, subject_id: UUID) -> HttpResponseBase:
        entry = (
            FeedEntry.objects.in_force(timezone.now())
            .filter(partner=self.partner, noun=self.noun, subject_id=subject_id)
            .defer("body")
            .first()
        )
        if entry is None:
            raise NotAvailable
        etag = f'"{entry.body_sha256[:32]}"'
        return unless_known(request, etag) or as_json(entry.body.encode(), etag)


@contract.series
class SeriesBody(Body):
    noun = FeedEntry.Noun.SERIES


@contract.episode
class EpisodeBody(Body):
    noun = FeedEntry.Noun.EPISODE


class Asset(FeedView):
    """A picture, a subtitle file or a playable edition that the partner may have now: leads to a signed address."""

    opened_by = PartnerKey.Scope.ASSETS

    @contract.asset
    def get(self, request: Request, asset_id: UUID) -> HttpResponseBase:
        address = signed_address(
            asset_id,
            partner=self.partner,
            format=request.query_params.get("format", "hls"),
            at=timezone.now(),
        )
        response = HttpResponseRedirect(address)
        response["Cache-Control"] = "private, no-store"
        return response


@contract.unlisted
class Nowhere(FeedView):
    """Any other address, so that a mistyped one is refused in JSON as well."""

    def get(self, request: Request) -> HttpResponseBase:
        raise NotAvailable


def limit_of(request: Request) -> int:
    asked = request.query_params.get("limit", str(USUAL_ENTRIES))
    if _WHOLE_NUMBER.fullmatch(asked) is None:
        raise BadLimit
    return min(int(asked), MOST_ENTRIES)


def unless_known(request: Request, etag: str) -> HttpResponse | None:
    """304 where whoever asks has exactly this already."""
    response = get_conditional_response(request, etag=etag)
    if response is not None:
        response["ETag"] = etag
        response["Cache-Control"] = _CACHING
    return response


def as_json(content: bytes, etag: str) -> HttpResponse:
    headers = {"ETag": etag, "Cache-Control": _CACHING}
    return HttpResponse(content, content_type="application/json", headers=headers)
