"""Pages that stand before the desk and look like it."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse


def front_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int | None = None
) -> TemplateResponse:
    """Render a page that looks like the desk; there is no studio yet, so nothing of one is shown."""
    return TemplateResponse(request, template, context, status=status)
