"""How the desk shows things: states, progress, time codes, sizes, and where a row has its page."""

import json
from dataclasses import asdict
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.settings import get_config
from unfold.widgets import BASE_INPUT_CLASSES, CHECKBOX_CLASSES

from studios import showing
from studios.roles import Role
from titles.catalog.languages import language_name
from titles.media.safe_areas import SafeAreas

register = template.Library()

register.simple_tag(showing.badge, name="badge")
register.simple_tag(showing.progress_bar, name="progress_bar")


#: Modules that modules import by name; the map gives the names their hashed addresses.
_MODULES = {
    "hls": "vendor/hls/hls.min.mjs",
    "uppy": "vendor/uppy/uppy.min.mjs",
    "octavo/pickers": "octavo/pickers.js",
    "octavo/controls": "octavo/controls.js",
    "octavo/sending": "octavo/sending.js",
    "octavo/storyboard": "octavo/storyboard.js",
    "octavo/timeline": "octavo/timeline.js",
    "octavo/upload-rows": "octavo/upload_rows.js",
}


@register.simple_tag(takes_context=True)
def import_map(context: Any) -> SafeString:
    """The import map of the desk; it stands before the first module of a page. Browsers take it inline alone."""
    imports = {name: static(file) for name, file in _MODULES.items()}
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context["request"].csp_nonce,
        mark_safe(json.dumps({"imports": imports})),  # noqa: S308 - our own names
    )


@register.inclusion_tag("desk/colors.html", takes_context=True)
def colors(context: Any) -> dict[str, Any]:
    """The colors of the desk, for a page that stands before it."""
    looks = get_config()
    return {"request": context["request"], "palette": looks["COLORS"], "border_radius": looks.get("BORDER_RADIUS")}


@register.filter
def as_the_desk_draws(field: BoundField) -> SafeString:
    """A field of a form that is not ours, in the looks of those that are."""
    kind = getattr(field.field.widget, "input_type", "")
    classes = CHECKBOX_CLASSES if kind == "checkbox" else BASE_INPUT_CLASSES
    return field.as_widget(attrs={"class": " ".join(classes), "placeholder": ""})


@register.simple_tag
def sends_mail() -> bool:
    """Whether mail goes anywhere but onto the operator's screen."""
    return not settings.EMAIL_BACKEND.startswith("django.core.mail.backends.console")


@register.filter
def address(row: Model) -> str:
    """Where the row has its page on the desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@register.filter
def in_words(roles: list[str]) -> str:
    """Roles as people call them."""
    return ", ".join(str(Role(role).label) for role in roles)


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


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def zones(areas: SafeAreas) -> str:
    """What an app covers, as the player reads it."""
    return json.dumps([{**asdict(zone), "name": str(zone.name)} for zone in areas.zones])


@register.filter
def direction(language: str) -> str:
    """Which way a language (BCP 47) is written."""
    return "rtl" if language.partition("-")[0] in {"ar", "fa", "he", "ur"} else "ltr"


@register.filter
def called(language: str) -> str:
    """How a language calls itself."""
    return language_name(language)
