"""``{% csrf_token %}`` of every template, ours and the theme's: on the desk it also says which studio a form is for."""

from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from cms.middleware import STUDIO_FIELD

register = template.Library()


class _TokenAndStudio(Node):
    child_nodelists = ()

    def render(self, context: Context) -> Any:
        studio = getattr(context.get("request"), "studio", None)
        field = format_html('<input type="hidden" name="{}" value="{}">', STUDIO_FIELD, studio.pk) if studio else ""
        return CsrfTokenNode().render(context) + field


@register.tag
def csrf_token(parser: Parser, token: Token) -> Node:
    """No form of the desk can forget the studio, because none can do without this tag."""
    return _TokenAndStudio()
