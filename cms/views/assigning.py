"""The page that assigns work: one person, episodes of a series, languages, and until when."""

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
from django.utils.translation import ngettext
from unfold.widgets import (
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from cms.views.grant import NotEpisodes, episode_numbers
from localization.admin import AssignmentAdmin
from localization.assigning import assign
from localization.models import Assignment
from studios.admin import may
from studios.admin.choices import RowChoice
from studios.models import Membership
from studios.roles import Action
from titles.catalog.languages import OWN_NAMES
from titles.catalog.models import Episode, Series


class NewAssignments(forms.Form):
    """``site`` is the admin site, in whose list the series is found."""

    member = RowChoice(label=_("Who"), queryset=Membership.objects.none(), widget=UnfoldAdminSelect2Widget())
    episodes = forms.CharField(
        label=_("Episodes"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"dir": "ltr", "placeholder": "1-30, 45"}),
        help_text=_("Empty: all episodes, trailers and clips too."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        choices=list(OWN_NAMES.items()),
        widget=UnfoldAdminSelect2MultipleWidget(),
        help_text=_("None: only to look at, all subtitles included."),
    )
    due_at = forms.SplitDateTimeField(label=_("Due"), required=False, widget=UnfoldAdminSplitDateTimeWidget())
    ends_at = forms.SplitDateTimeField(
        label=_("Ends"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget(),
        help_text=_("From then on a guest sees nothing of it. Empty: until somebody ends it."),
    )
    may_download = forms.BooleanField(
        label=_("May download masters and subtitle files"), required=False, widget=UnfoldBooleanSwitchWidget()
    )
    field_order = ["member", "series", "episodes"]

    def __init__(self, site: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members: Any = self.fields["member"]
        members.queryset = Membership.objects.current().select_related("user").order_by("user__name", "id")
        widget = AutocompleteSelect(Episode._meta.get_field("series"), site)
        self.fields["series"] = RowChoice(label=_("Series"), queryset=Series.objects.all(), widget=widget)
        self.fields["due_at"].help_text = _now("Times are those of %s.") % timezone.get_current_timezone_name()
        self.order_fields(self.field_order)

    def clean_ends_at(self) -> Any:
        ends_at = self.cleaned_data["ends_at"]
        if ends_at is not None and ends_at <= timezone.now():
            raise ValidationError(_now("This is over already."))
        return ends_at

    def clean(self) -> dict[str, Any]:
        fields = self.cleaned_data
        if fields.get("series") and "episodes" in fields:
            self.chosen = self._episodes(fields["series"], fields["episodes"])
        return fields

    def _episodes(self, series: Series, written: str) -> list[Episode]:
        try:
            numbers = episode_numbers(written)
        except NotEpisodes as reason:
            self.add_error("episodes", str(reason))
            return []
        rows = Episode.objects.filter(series=series).select_related("series").in_running_order()
        found = list(rows if numbers is None else rows.filter(number__in=numbers))
        if not found:
            self.add_error("episodes", _now("The series has no such episode."))
        return found

    def make(self, *, by: Any) -> list[Assignment]:
        fields = self.cleaned_data
        terms = {name: fields[name] for name in ("languages", "due_at", "ends_at", "may_download")}
        return assign(fields["member"], self.chosen, **terms, by=by)


class AssignmentPages(AssignmentAdmin):
    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request, Action.ASSIGN)

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewAssignments(self.admin_site, request.POST or None)
        if form.is_valid():
            count = len(form.make(by=request.user))
            done = ngettext("%d assignment is made.", "%d assignments are made.", count)
            messages.success(request, done % count)
            return HttpResponseRedirect(reverse("admin:localization_assignment_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("Assign"),
            "form": form,
            "submit": _("Assign"),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "desk/assignment_add.html", context)
