"""How the desk shows things: states, progress, time codes, sizes, and where a row has its page."""

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from studios import showing

register = template.Library()

register.simple_tag(showing.badge, name="badge")
register.simple_tag(showing.progress_bar, name="progress_bar")


@register.filter
def address(row: Model) -> str:
    """Where the row has its page on the desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@register.filter
def state(row: Any) -> SafeString:
    """The row's state as symbol and word."""
    return showing.badge(row.state, row.get_state_display())


@register.filter
def time_code(time_ms: int) -> SafeString:
    """Milliseconds from the first frame as minutes, seconds and milliseconds; left to right in every language."""
    seconds, milliseconds = divmod(time_ms, 1000)
    text = f"{seconds // 60}:{seconds % 60:02d}.{milliseconds:03d}"
    return format_html('<span class="time-code" dir="ltr">{}</span>', text)
