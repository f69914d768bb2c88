"""Who asks: the bearer key of a studio's own machine."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from studios.models import StudioKey
from titles.distribution.feed.authentication import KeyAuthentication


class StudioKeyAuthentication(KeyAuthentication):
    keys = StudioKey
    realm = "Octavo studio API"


class StudioBearerKey(OpenApiAuthenticationExtension):
    target_class = "cms.api.authentication.StudioKeyAuthentication"
    name = "studioKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key that an owner of the studio has made."}
