"""What every page of the desk stands on: roles instead of Django's permissions, verbs as buttons, our own history.

Packages define their admin classes on these; ``cms/admin.py`` registers them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.paginator import InfinitePaginator

from studios.admin.choices import RowChoice
from studios.admin.lookups import is_offered
from studios.history import history_of
from studios.models import Membership, MovedOn, StandIn, User
from studios.notices import tell_the_mentioned
from studios.roles import Action
from studios.searching import TextQuerySet, words_of


def may(request: Any, action: Action, *, language: str = "") -> bool:
    """Whether the person of ``request`` may do ``action`` in the studio that the request is about."""
    membership: Membership | None = request.membership
    return membership is not None and membership.may(action, language=language)


@dataclass(frozen=True)
class Button:
    """A verb of a row as a button on its page: who may press it, in which states, and whether it asks why.

    ``verb`` is the name of the row's method; it is called with ``by=`` and, where ``asks_why``, with ``why=``.
    ``done`` is the sentence afterwards; it may contain %(row)s. Without ``states`` it fits every state.
    """

    verb: str
    label: Any
    action: Action
    done: Any
    states: frozenset[str] = frozenset()
    asks_why: bool = False
    in_bulk: bool = False
    tone: Literal["primary", "plain", "danger"] = "plain"


class StudioForm(ModelForm):
    """A form of a studio's row. Uniqueness includes the studio, which no form shows, so it is checked all the same."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"studio"}  # type: ignore[misc]


class ByRole:
    """Permissions of a page or an inline: whoever may read the studio sees it; writing needs a named action.

    A guest sees only what ``assigned_rows`` lets through, and where no class says otherwise that is nothing.
    """

    #: What a person needs to add, change and delete; None where rows come from verbs and machines alone.
    writing: ClassVar[Action | None] = None
    may_add: ClassVar[bool] = True
    may_delete: ClassVar[bool] = True

    def assigned_rows(self, rows: QuerySet[Any], membership: Membership) -> QuerySet[Any]:
        """What a guest sees of ``rows``: those that are assigned to them, and their context."""
        return rows.none()

    def get_queryset(self, request: Any) -> Any:
        """The one source of rows of every list, page, lookup, action and inline."""
        rows = super().get_queryset(request)  # type: ignore[misc]
        if may(request, Action.READ):
            return rows
        return self.assigned_rows(rows, request.membership) if request.membership else rows.none()

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request, Action.READ) or self._shows_guests_something(request)

    def _shows_guests_something(self, request: Any) -> bool:
        """Which rows that are is said by ``get_queryset``, where every row of every page comes from."""
        return request.membership is not None and type(self).assigned_rows is not ByRole.assigned_rows

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.writing is not None and may(request, self.writing)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may_add and self.writing is not None and may(request, self.writing)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may_delete and self.writing is not None and may(request, self.writing)

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """People stand in a table of all studios, so of them the members alone are offered, and accepted."""
        if db_field.remote_field.model is User:
            kwargs["queryset"] = User.objects.filter(memberships__in=Membership.objects.current())
        kwargs.setdefault("form_class", RowChoice)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class RowsInline(ByRole, TabularInline):
    """Rows of a table on their parent's page; a column's head labels no input below it, so each has its own label."""

    form = StudioForm
    extra = 0
    show_change_link = False
    hide_title = True

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if formfield is not None:
            formfield.widget.attrs.setdefault("aria-label", str(formfield.label))
        return formfield


class CardsInline(ByRole, StackedInline):
    """Rows as cards on their parent's page."""

    form = StudioForm
    extra = 0


class StudioAdmin(ByRole, ModelAdmin):
    """Pages of one noun of a studio. Row-level security has already limited every queryset to the studio.

    The audit is the Change table, so nothing is written to Django's log; the history page is made of Change and Move.
    """

    form = StudioForm
    buttons: ClassVar[tuple[Button, ...]] = ()
    #: What its reviewers need, where rows are reviewed: their pages say who stands in for whom.
    reviewing: ClassVar[Action | None] = None
    #: What the row's verbs raise when they refuse, with a sentence for the person.
    refusals: ClassVar[tuple[type[Exception], ...]] = (MovedOn,)
    object_history_template = "desk/history.html"
    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    compressed_fields = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_filter_sheet = False
    #: An address of a row under its content type would be one more door to it.
    view_on_site = False
    save_as = False

    # Searching the list

    def get_search_results(self, request: Any, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """Rows that fit every word. Nouns whose texts are indexed are found by that index (studios.searching)."""
        if not isinstance(queryset, TextQuerySet):
            return super().get_search_results(request, queryset, search_term)
        for word in words_of(search_term):
            queryset = queryset.sought(word)
        return queryset, False

    #: What the address of the list may ask for besides its filters; other pages link to it.
    lookups: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return is_offered(lookup, self.get_list_filter(request), self.lookups)

    # Verbs as buttons

    def buttons_for(self, request: Any, row: models.Model) -> list[dict[str, Any]]:
        """The buttons that this person may press on ``row`` now, each with the address it posts to."""
        return [
            {"button": button, "address": self.address_of(row, button.verb), "row": row}
            for button in self.buttons
            if self.may_press(request, button, row)
        ]

    def may_press(self, request: Any, button: Button, row: models.Model) -> bool:
        fits = not button.states or getattr(row, "state", None) in button.states
        return fits and self.allows(request, button.action, row)

    def allows(self, request: Any, action: Action, row: Any) -> bool:
        """Whether the person may do ``action`` on ``row``; in the place of somebody only what that one might do."""
        membership: Membership | None = request.membership
        return membership is not None and membership.may(
            action, language=self.language_of(row), work_of=self.author_of(row)
        )

    def author_of(self, row: Any) -> UUID | None:
        """The person whose work is under review: nobody approves their own, nor has it approved in their place."""
        return row.author_id if getattr(row, "state", "") == "in review" and hasattr(row, "author_id") else None

    def language_of(self, row: Any) -> str:
        """The language that a button's action is about, where roles are limited to languages."""
        return ""

    def press(self, button: Button, row: Any, *, by: User, why: str) -> None:
        """Call the verb; whatever it wrote before it refused is undone."""
        with transaction.atomic():
            getattr(row, button.verb)(by=by, **({"why": why} if button.asks_why else {}))

    def address_of(self, row: models.Model, verb: str) -> str:
        return reverse(f"admin:{self._name('verb')}", args=[row.pk, verb])

    def verb_view(self, request: Any, object_id: str, verb: str) -> HttpResponse:
        """Press a button: POST only, and back to the page it was pressed on."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, object_id)
        button = next((each for each in self.buttons if each.verb == verb), None)
        if row is None or button is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not self.allows(request, button.action, row):
            raise PermissionDenied
        why = request.POST.get("why", "").strip()
        if button.asks_why and not why:
            self.message_user(request, _("Say why, in a sentence that helps the other person."), messages.WARNING)
        else:
            self._press_and_say(request, button, row, why)
        return HttpResponseRedirect(self.page_to_return_to(request, row))

    def _press_and_say(self, request: Any, button: Button, row: Any, why: str) -> None:
        if self._press(request, button, row, why):
            self.message_user(request, button.done % {"row": row}, messages.SUCCESS)

    def _press(self, request: Any, button: Button, row: Any, why: str) -> bool:
        """Whether the verb was done; what it refused with is told."""
        try:
            self.press(button, row, by=request.user, why=why)
            tell_the_mentioned(row, why, by=request.user)
        except self.refusals as reason:
            for sentence in sentences_of(reason):
                self.message_user(request, sentence, messages.WARNING)
            return False
        return True

    def page_to_return_to(self, request: Any, row: models.Model) -> str:
        wished = request.POST.get("next", "")
        if wished and url_has_allowed_host_and_scheme(wished, {request.get_host()}, request.is_secure()):
            return wished
        return reverse(f"admin:{self._name('change')}", args=[row.pk])

    def get_list_filter(self, request: Any) -> Any:
        """A guest has a handful of rows, and a filter names others: those that the rows refer to."""
        return super().get_list_filter(request) if may(request, Action.READ) else []

    def get_actions(self, request: Any) -> dict[str, Any]:
        """Buttons that fit several rows at once are offered on the list as well."""
        actions = super().get_actions(request)
        for button in self.buttons:
            if button.in_bulk and may(request, button.action):
                actions[button.verb] = (partial(_press_on_each, button), button.verb, button.label)
        return actions

    # History

    def log_addition(self, request: Any, obj: Any, message: Any) -> None:
        """The Change table has it."""

    def log_change(self, request: Any, obj: Any, message: Any) -> None:
        """The Change table has it."""

    def log_deletions(self, request: Any, queryset: Any) -> None:
        """The Change table has it."""

    def history_view(self, request: Any, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        row = self.get_object(request, object_id) if may(request, Action.READ) else None
        if row is None or not self.has_view_permission(request, row):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %s") % row,
            "entries": history_of(row),
            "object": row,
            "opts": self.opts,
            "original": row,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    # Addresses and pages

    #: What a row's page reads with the row, in one statement; without it, what the list reads.
    page_select_related: ClassVar[tuple[str, ...]] = ()

    def get_object(self, request: Any, object_id: Any, from_field: str | None = None) -> Any:
        """The row for its page, whole: a list may leave large columns out."""
        related = self.page_select_related or self.list_select_related or ()
        rows = self.get_queryset(request).defer(None).select_related(*related)
        try:
            return rows.filter(**{from_field or "pk": object_id}).first()
        except (ValidationError, ValueError):
            return None

    def to_field_allowed(self, request: Any, to_field: str) -> bool:
        """Rows are found and handed over by their ids alone, never by another unique column."""
        return to_field in ("pk", self.opts.pk.name)

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path(
                "<uuid:object_id>/do/<slug:verb>/",
                self.admin_site.admin_view(self.verb_view),
                name=self._name("verb"),
            )
        ]
        return mine + super().get_urls()

    def render_change_form(
        self,
        request: Any,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= self.page_of(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def page_of(self, request: Any, row: Any) -> dict[str, Any]:
        """What the row's page shows besides its fields."""
        return {
            "buttons": self.buttons_for(request, row),
            "stand_ins": self._stand_ins(request, row),
            "show_history": may(request, Action.READ),
        }

    def _stand_ins(self, request: Any, row: Any) -> list[StandIn]:
        """Who reviews ``row`` in whose place today."""
        if self.reviewing is None or row.state != "in review":
            return []
        today = timezone.localdate(timezone=request.studio.zone())
        standing = StandIn.objects.on(today).select_related("approver__user", "deputy__user").order_by("id")
        language = self.language_of(row)
        return [each for each in standing if each.approver.may_by_own_roles(self.reviewing, language)]

    def _name(self, view: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"


class LongListAdmin(StudioAdmin):
    """A noun with so many rows that nobody counts them: pages have a next, not a last."""

    paginator = InfinitePaginator
    list_per_page = 50


def sentences_of(reason: Exception) -> Iterable[str]:
    """The sentences of a refusal: several for one that lists all that is missing."""
    return getattr(reason, "sentences", None) or [str(reason)]


def _press_on_each(button: Button, desk: StudioAdmin, request: Any, rows: QuerySet[Any]) -> None:
    """Press ``button`` on every row where it fits, and say once for how many it did."""
    fitting = [row for row in rows if desk.may_press(request, button, row)]
    done = sum(desk._press(request, button, row, "") for row in fitting)
    sentence = ngettext("%(label)s: done for one row.", "%(label)s: done for %(count)d rows.", done)
    desk.message_user(request, sentence % {"label": button.label, "count": done}, messages.SUCCESS)
