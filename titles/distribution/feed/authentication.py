"""Who asks: the bearer key of a partner."""

from typing import Any
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from studios.models import KeyRefused
from titles.distribution.feed.refusals import BadKey, NoKey
from titles.distribution.models import Partner, PartnerKey


def presented_key(headers: Any) -> str:
    """The key in the Authorization header; empty where there is none."""
    scheme, _space, key = headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def claimed_studio(headers: Any) -> UUID | None:
    """The studio that the presented key names, not checked yet."""
    try:
        return PartnerKey.studio_of(presented_key(headers))
    except KeyRefused:
        return None


class PartnerKeyAuthentication(BaseAuthentication):
    """Checks the key inside the scope of the studio that it claims; ``claimed`` is None where it claims none."""

    def __init__(self, claimed: UUID | None) -> None:
        self.claimed = claimed

    def authenticate(self, request: Request) -> tuple[Partner, PartnerKey]:
        presented = presented_key(request.headers)
        if not presented:
            raise NoKey
        if self.claimed is None:
            raise BadKey
        try:
            key = PartnerKey.verified(presented)
        except KeyRefused:
            raise BadKey from None
        key.note_use()
        return key.partner, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Octavo partner feed"'


class ByPartners(BasePermission):
    """Only a partner that showed its key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, PartnerKey)
