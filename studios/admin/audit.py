"""What happened in the studio: every change of a row, and every move from state to state. Nobody writes here."""

from typing import Any

from django.apps import apps
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin.base import LongListAdmin
from studios.models import Change, Move


class OfNoun(SimpleListFilter):
    title = _("kind of row")
    parameter_name = "noun"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The nouns of the desk, without asking a long table which ones it has."""
        registered = [model._meta for model in model_admin.admin_site._registry if hasattr(model, "studio")]
        nouns = [(meta.label_lower, str(capfirst(meta.verbose_name_plural))) for meta in registered]
        return sorted(nouns, key=lambda noun: noun[1])

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(noun=self.value()) if self.value() else queryset


class Audit(LongListAdmin):
    """A history table as a list, newest first; a line leads to the history of its row."""

    list_select_related = ["person"]
    ordering = ["-id"]
    list_filter = [OfNoun]
    list_display_links = None

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    @display(description=_("row"))
    def subject(self, entry: Any) -> str:
        app_label, _dot, model_name = entry.noun.partition(".")
        word = capfirst(str(apps.get_model(entry.noun)._meta.verbose_name))
        try:
            address = reverse(f"admin:{app_label}_{model_name}_history", args=[entry.row_id])
        except NoReverseMatch:
            return word
        return format_html('<a href="{}">{} …{}</a>', address, word, str(entry.row_id)[-6:])


class ChangeAdmin(Audit):
    list_display = ["at", "person", "door", "operation", "subject"]

    def get_queryset(self, request: Any) -> QuerySet[Change]:
        return super().get_queryset(request).defer("row")


class MoveAdmin(Audit):
    list_display = ["at", "person", "subject", "move", "why"]

    @display(description=_("move"))
    def move(self, entry: Move) -> str:
        return str(entry)
