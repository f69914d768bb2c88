"""The page of a series: its episodes with how far each is, its texts, its people, its pictures, its releases."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import Button
from studios.models import MovedOn, User
from studios.roles import Action
from titles.catalog.admin import ArtworkInline, CreditInline, SeriesAdmin, TagInline
from titles.catalog.models import Episode, Series
from titles.distribution.models import Release
from titles.distribution.releasing import NotReady, changed_since_release, submit_series
from titles.media import playback
from titles.seasons.standing import EXPECTED_LANGUAGES, standings

_EPISODES_PER_PAGE = 100
TABS = ("episodes", "texts", "credits", "series_tags", "artwork", "releases")


class PictureInline(ArtworkInline):
    fields = ["picture", *ArtworkInline.fields]
    readonly_fields = ["picture", *ArtworkInline.readonly_fields]

    @display(description=_("picture"))
    def picture(self, artwork: Any) -> SafeString | str:
        if not artwork.width_px:
            return ""
        address = playback.file_address(artwork.studio_id, artwork.file.name, store="artwork")
        return format_html('<img class="thumbnail" src="{}" alt="{}" loading="lazy">', address, artwork)


class SeriesPage(SeriesAdmin):
    change_form_template = "desk/series.html"
    inlines = [CreditInline, TagInline, PictureInline]
    refusals = (MovedOn, NotReady)
    buttons = (
        Button(
            "submit_card",
            _("Submit the series card for release"),
            Action.SUBMIT_RELEASES,
            _("The card of %(row)s is submitted: another person approves it."),
        ),
    )

    def press(self, button: Button, row: Series, *, by: User, why: str) -> None:
        submit_series(row, by=by)

    def response_post_save_add(self, request: Any, obj: Series) -> HttpResponse:
        """A new series wants its episodes next."""
        return HttpResponseRedirect(reverse("admin:catalog_series_change", args=[obj.pk]))

    def page_of(self, request: Any, row: Series) -> dict[str, Any]:
        shelf = Paginator(Episode.objects.filter(series=row).in_running_order(), _EPISODES_PER_PAGE)
        page = shelf.get_page(request.GET.get("page"))
        return {
            **super().page_of(request, row),
            "page": page,
            "standings": standings(page.object_list),
            "languages": len(EXPECTED_LANGUAGES),
            "next_number": (row.episodes.aggregate(last=Max("number"))["last"] or 0) + 1,
            "releases": Release.objects.of(row, None).select_related("author").defer("document").newest_first()[:10],
            "changed_since_release": changed_since_release(row),
            "tab": self._tab(request),
        }

    def _tab(self, request: Any) -> str:
        """The template finds the tab with the errors by itself when a form came back."""
        wished = request.GET.get("tab", "")
        return wished if wished in TABS else TABS[0]
