"""Granting rights: one page for what a partner may have, and a plain sentence where another grant stands against it."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from studios.admin import may
from studios.admin.choices import RowChoice
from studios.roles import Action
from titles.catalog.languages import METADATA_LANGUAGES, bcp47, language_name
from titles.catalog.models import Series
from titles.distribution import rights
from titles.distribution.admin import GrantAdmin
from titles.distribution.models import Deal, Grant, Partner
from titles.distribution.models.grant import GrantsCollide, GrantsNothing

_HOUSE_LANGUAGES = [bcp47(code) for code, _name in METADATA_LANGUAGES]
_SPAN = re.compile(r"(?P<first>\d{1,4})(\s*[-–]\s*(?P<last>\d{1,4}))?")


class NotEpisodes(Exception):
    """A text that names no episodes; the text is one plain sentence."""


def episode_numbers(text: str) -> set[int] | None:
    """The numbers that ``text`` names; None where it is empty: all. Raises NotEpisodes.

    >>> sorted(episode_numbers("1-3, 7")), episode_numbers(" ")
    ([1, 2, 3, 7], None)
    """
    numbers: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        span = _SPAN.fullmatch(part)
        if span is None:
            raise NotEpisodes(_now("“%s” names no episodes; write for example 1-30, 45.") % part)
        first = int(span["first"])
        last = int(span["last"] or first)
        if last < first:
            raise NotEpisodes(_now("“%s” ends before it begins; write for example 1-30, 45.") % part)
        numbers |= set(range(first, last + 1))
    if text.strip() and not numbers:
        raise NotEpisodes(_now("“%s” names no episodes; write for example 1-30, 45.") % text.strip())
    return numbers or None


def reached(reach: str, named: Iterable[str]) -> frozenset[str]:
    """The territories of a grant.

    >>> sorted(reached("only", ["US", "BR"])), "US" in reached("except", ["US"]), len(reached("world", []))
    (['BR', 'US'], False, 249)
    """
    named = frozenset(named)
    return {"world": rights.TERRITORIES, "only": named, "except": rights.TERRITORIES - named}[reach]


class NewGrant(forms.Form):
    """What a partner may have. ``site`` is the admin site, whose lists the partner and the series are found in."""

    deal = forms.ModelChoiceField(
        label=_("Deal"), queryset=Deal.objects.none(), required=False, widget=UnfoldAdminSelectWidget()
    )
    episodes = forms.CharField(
        label=_("Episodes"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"dir": "ltr", "placeholder": "1-30, 45"}),
        help_text=_("Empty: all episodes, trailers and clips too."),
    )
    reach = forms.ChoiceField(
        label=_("Where"),
        choices=[("world", _("everywhere")), ("only", _("only in")), ("except", _("everywhere except"))],
        initial="only",
        widget=UnfoldAdminRadioSelectWidget(),
    )
    territories = forms.MultipleChoiceField(
        label=_("Territories"),
        required=False,
        choices=[(code, code) for code in sorted(rights.TERRITORIES)],
        widget=UnfoldAdminSelect2MultipleWidget({"data-territories": ""}),
    )
    audio_languages = forms.MultipleChoiceField(
        label=_("Audio"),
        choices=[(tag, language_name(tag)) for tag in rights.LANGUAGES],
        widget=UnfoldAdminSelect2MultipleWidget(),
    )
    subtitle_languages = forms.MultipleChoiceField(
        label=_("Subtitles"),
        required=False,
        choices=[(tag, language_name(tag)) for tag in rights.LANGUAGES],
        widget=UnfoldAdminSelect2MultipleWidget(),
        initial=_HOUSE_LANGUAGES,
    )
    modes = forms.MultipleChoiceField(
        label=_("How it may earn"), choices=Grant.Mode.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )
    from_at = forms.SplitDateTimeField(label=_("From"), widget=UnfoldAdminSplitDateTimeWidget())
    until_at = forms.SplitDateTimeField(
        label=_("Until"), required=False, widget=UnfoldAdminSplitDateTimeWidget(), help_text=_("Empty: without an end.")
    )
    exclusive = forms.BooleanField(label=_("Exclusive"), required=False, widget=UnfoldBooleanSwitchWidget())
    field_order = ["partner", "deal", "series", "episodes"]

    def __init__(self, site: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model, label in (("partner", Partner, _("Partner")), ("series", Series, _("Series"))):
            widget = AutocompleteSelect(Grant._meta.get_field(name), site)
            self.fields[name] = RowChoice(label=label, queryset=model.objects.all(), widget=widget)
        deals: Any = self.fields["deal"]
        deals.queryset = Deal.objects.select_related("partner").order_by("partner__name", "name", "id")
        deals.label_from_instance = lambda deal: f"{deal.partner}: {deal}"
        zone = timezone.get_current_timezone_name()
        self.fields["from_at"].help_text = _now("Times are those of %s.") % zone
        self.order_fields(self.field_order)

    def clean_episodes(self) -> set[int] | None:
        try:
            return episode_numbers(self.cleaned_data["episodes"])
        except NotEpisodes as reason:
            raise ValidationError(str(reason)) from None

    def clean(self) -> dict[str, Any]:
        fields = self.cleaned_data
        deal, partner = fields.get("deal"), fields.get("partner")
        if deal and partner and deal.partner_id != partner.pk:
            self.add_error("deal", _now("This is a deal with %s.") % deal.partner)
        return fields

    def make(self, *, by: Any) -> Grant:
        """Raises GrantsCollide and GrantsNothing."""
        fields = dict(self.cleaned_data)
        territories = reached(fields.pop("reach"), fields.pop("territories"))
        return Grant.objects.make(fields.pop("partner"), fields.pop("series"), territories=territories, by=by, **fields)


class GrantPages(GrantAdmin):
    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request, Action.DISTRIBUTE)

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewGrant(self.admin_site, request.POST or None, initial=self._wished(request))
        if form.is_valid():
            try:
                grant = form.make(by=request.user)
            except (GrantsCollide, GrantsNothing) as reason:
                form.add_error(None, str(reason))
            else:
                messages.success(request, _now("%s is granted.") % grant)
                return HttpResponseRedirect(reverse("admin:distribution_grant_change", args=[grant.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("Grant rights"),
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "desk/grant_add.html", context)

    def _wished(self, request: Any) -> dict[str, Any]:
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return {"from_at": today, **{name: request.GET[name] for name in ("partner", "series") if name in request.GET}}
