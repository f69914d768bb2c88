"""Who asks: a bearer key, and what it opens."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from studios.models import Key, KeyRefused
from titles.distribution.feed.refusals import BadKey, BadScope, NoKey
from titles.distribution.models import Partner, PartnerKey


def presented_key(headers: Any) -> str:
    """The key in the Authorization header; empty where there is none."""
    scheme, _space, key = headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def claimed_studio(headers: Any, keys: type[Key]) -> UUID | None:
    """The studio that the presented key names, not checked yet. ``keys`` is the kind of key that opens here."""
    try:
        return keys.studio_of(presented_key(headers))
    except KeyRefused:
        return None


class KeyAuthentication(BaseAuthentication):
    """Checks the key inside the scope of the studio that it claims; ``claimed`` is None where it claims none."""

    keys: ClassVar[type[Key]]
    realm: ClassVar[str]

    def __init__(self, claimed: UUID | None) -> None:
        self.claimed = claimed

    def authenticate(self, request: Request) -> tuple[Any, Key]:
        presented = presented_key(request.headers)
        if not presented:
            raise NoKey
        if self.claimed is None:
            raise BadKey
        try:
            key = self.keys.verified(presented)
        except KeyRefused:
            raise BadKey from None
        key.note_use()
        return self.owner_of(key), key

    def owner_of(self, key: Any) -> Any:
        """Who asks with this key."""
        return key

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{self.realm}"'


class PartnerKeyAuthentication(KeyAuthentication):
    keys = PartnerKey
    realm = "Octavo partner feed"

    def owner_of(self, key: PartnerKey) -> Partner:
        return key.partner


class ByScope(BasePermission):
    """Only a key that opens what the view shows."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, Key):
            return False
        if not request.auth.opens(view.opened_by):
            raise BadScope
        return True
