"""Grants on the desk: what a partner may have, where, in which languages and until when."""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import Button, StudioAdmin
from studios.models import MovedOn
from studios.roles import Action
from studios.showing import badge
from titles.distribution.models import Grant


class GrantAdmin(StudioAdmin):
    """Grants are made by their own page (cms.views.grant) and never changed: another is made and this one revoked."""

    refusals = (MovedOn,)
    buttons = (
        Button("revoke", _("Revoke"), Action.DISTRIBUTE, _("%(row)s is revoked."), asks_why=True, tone="danger"),
    )
    list_display = ["grant", "territories_in_words", "term_in_words", "exclusive", "standing"]
    list_display_links = ["grant"]
    list_select_related = ["partner", "series", "deal"]
    list_filter = ["exclusive"]
    search_fields = ["partner__name", "series__title_en", "series__slug"]
    ordering = ["-created_at", "-id"]
    fields = [
        ("partner", "series", "deal"),
        ("standing", "exclusive"),
        "episodes_in_words",
        "territories_in_words",
        ("audio_in_words", "subtitles_in_words"),
        ("modes_in_words", "term_in_words"),
    ]
    readonly_fields = [
        "standing",
        "episodes_in_words",
        "territories_in_words",
        "audio_in_words",
        "subtitles_in_words",
        "modes_in_words",
        "term_in_words",
    ]

    def may_press(self, request: Any, button: Button, row: Any) -> bool:
        return row.revoked_at is None and super().may_press(request, button, row)

    @display(description=_("grant"))
    def grant(self, grant: Grant) -> str:
        return str(grant)

    @display(description=_("standing"))
    def standing(self, grant: Grant) -> str:
        return badge("revoked", _now("revoked")) if grant.revoked_at else badge("active", _now("standing"))

    @display(description=_("episodes"))
    def episodes_in_words(self, grant: Grant) -> str:
        return in_words(grant.episodes) or _now("all")

    @display(description=_("territories"))
    def territories_in_words(self, grant: Grant) -> str:
        codes = sorted(grant.territory_codes())
        return ", ".join(codes) if len(codes) <= 12 else _now("%d territories") % len(codes)

    @display(description=_("audio"))
    def audio_in_words(self, grant: Grant) -> str:
        return ", ".join(grant.audio_languages)

    @display(description=_("subtitles"))
    def subtitles_in_words(self, grant: Grant) -> str:
        return ", ".join(grant.subtitle_languages) or _now("none")

    @display(description=_("modes"))
    def modes_in_words(self, grant: Grant) -> str:
        return ", ".join(str(Grant.Mode(mode).label) for mode in grant.modes)

    @display(description=_("term"))
    def term_in_words(self, grant: Grant) -> str:
        start, end = (
            formats.localize(timezone.localtime(at)) if at else "" for at in (grant.term.lower, grant.term.upper)
        )
        return f"{start} – {end}" if end else _now("from %s") % start


def in_words(numbers: Any) -> str:
    """A multirange as people write it; empty where it holds every number.

    >>> from titles.distribution.multiranges import ALL, of_numbers
    >>> in_words(of_numbers([1, 2, 3, 7])), in_words(ALL)
    ('1-3, 7', '')
    """
    told = []
    for part in numbers:
        if part.lower is None or part.upper is None:
            return ""
        last = part.upper - 1
        told.append(str(part.lower) if last == part.lower else f"{part.lower}-{last}")
    return ", ".join(told)
