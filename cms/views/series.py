"""The page of a series: its episodes with how far each is, its texts, its people, its pictures, its releases."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cms.views import assigned, bulk_upload
from localization import assigning
from studios.admin import Button, may
from studios.models import Membership, MovedOn, User
from studios.roles import Action
from titles.catalog.admin import ArtworkInline, CreditInline, SeriesAdmin, TagInline
from titles.catalog.models import Episode, Series
from titles.distribution.models import Release
from titles.distribution.releasing import NotReady, changed_since_release, submit_series
from titles.media import playback
from titles.media.transcoding import retry_season
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
        Button(
            "retry_work",
            _("Retry all failed work"),
            Action.UPLOAD_MEDIA,
            _("Whatever failed for good on masters of %(row)s is asked for again."),
        ),
    )

    def assigned_rows(self, rows: Any, membership: Membership) -> Any:
        return assigning.assigned_series(rows, membership)

    def get_list_display(self, request: Any) -> Any:
        """How many episodes there are besides their own is no guest's business."""
        return ["title_shown"] if assigned.is_guest(request) else super().get_list_display(request)

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A guest sees the card; whatever a guest sends here changes nothing."""
        series = self.get_object(request, object_id) if assigned.is_guest(request) else None
        if series is None or request.method == "POST":
            return super().change_view(request, object_id, *args, **kwargs)
        return assigned.series_page(request, series)

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        place = "<uuid:object_id>/upload"
        return [
            path(f"{place}/", wrap(bulk_upload.page), name="catalog_series_upload"),
            path(f"{place}/names/", wrap(bulk_upload.names), name="catalog_series_upload_names"),
            path(f"{place}/episodes/", wrap(bulk_upload.episodes), name="catalog_series_upload_episodes"),
            path(f"{place}/standing/", wrap(bulk_upload.standing), name="catalog_series_upload_standing"),
            *super().get_urls(),
        ]

    def press(self, button: Button, row: Series, *, by: User, why: str) -> None:
        if button.verb == "retry_work":
            retry_season(row, by=by)
        else:
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
            "may_upload": may(request, Action.UPLOAD_MEDIA),
            "tab": self._tab(request),
        }

    def _tab(self, request: Any) -> str:
        """The template finds the tab with the errors by itself when a form came back."""
        wished = request.GET.get("tab", "")
        return wished if wished in TABS else TABS[0]
