"""The audit on the desk: what happened in the studio, who did it, and through which door. Nobody writes here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import UUIDField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from studios.admin.base import StudioAdmin, may
from studios.admin.choices import DayChoice
from studios.audit import DOORS, MOVE, Entry, Known, Mark, Page, Row, Wanted, model_of, page, rows_now
from studios.audit_sheet import lines
from studios.history import Difference, differences, state_in_words
from studios.models import Change, User
from studios.roles import Action
from studios.showing import address_of

_PER_PAGE = 50
#: A move and the change of the state column that it is made of are written in one transaction.
_TOGETHER = timedelta(seconds=2)
_MACHINE = "machine"
_salt = "studios.admin.audit"

OPERATION_WORDS = {"insert": _("made"), "update": _("changed"), "delete": _("deleted"), MOVE: _("moved")}
DOOR_WORDS = {
    "admin": _("desk"),
    "api": _("API"),
    "worker": _("worker"),
    "import": _("import"),
    "command": _("command"),
    "database": _("database"),
}


@dataclass
class Line:
    """An entry as it is shown: whose, of which row, and what was before and after in words."""

    entry: Entry
    person: User | None
    noun: str
    name: str
    address: str
    differences: list[Difference]
    from_state: str = ""
    to_state: str = ""
    why: str = ""

    @property
    def operation(self) -> Any:
        return OPERATION_WORDS[self.entry.operation]

    @property
    def door(self) -> Any:
        return DOOR_WORDS.get(self.entry.door, self.entry.door)


class Filters(forms.Form):
    """What of the audit somebody wants to see; ``wanted`` says it to the audit."""

    noun = forms.ChoiceField(label=_("Kind of row"), required=False, widget=UnfoldAdminSelectWidget())
    person = forms.ChoiceField(label=_("Person"), required=False, widget=UnfoldAdminSelectWidget())
    door = forms.ChoiceField(
        label=_("Door"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        choices=[("", _("any")), *((door, DOOR_WORDS[door]) for door in DOORS)],
    )
    operation = forms.ChoiceField(
        label=_("What"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        choices=[("", _("anything")), *OPERATION_WORDS.items()],
    )
    since = DayChoice(label=_("From"), required=False, widget=UnfoldAdminTextInputWidget({"type": "date"}))
    until = DayChoice(label=_("Until"), required=False, widget=UnfoldAdminTextInputWidget({"type": "date"}))
    row = forms.UUIDField(
        label=_("Id of the row"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"dir": "ltr", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, nouns: Iterable[tuple[str, str]], people: Iterable[User]) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["noun"].choices = [("", _("every kind")), *nouns]
        named = [(str(person.pk), str(person)) for person in people]
        fields["person"].choices = [("", _("everybody")), (_MACHINE, _("a machine")), *named]

    def wanted(self) -> Wanted:
        """Nothing is filtered by what was refused; the form says what that is. Days are the reader's."""
        self.is_valid()
        said = self.cleaned_data
        person = said.get("person", "")
        return Wanted(
            noun=said.get("noun", ""),
            row_id=said.get("row"),
            person_id=UUID(person) if person not in ("", _MACHINE) else None,
            by_machine=person == _MACHINE,
            door=said.get("door", ""),
            operation=said.get("operation", ""),
            from_at=_midnight(said.get("since")),
            until_at=_midnight(said.get("until"), days=1),
        )


class AuditAdmin(StudioAdmin):
    """One page of all changes and moves in the place of the list of changes, and the same as CSV."""

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request, Action.READ_AUDIT)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sheet_view)
        return [path("sheet/", view, name="studios_change_sheet"), *super().get_urls()]

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:studios_change_changelist"))

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:studios_change_changelist"))

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        mark = mark_of(request.GET.get("after", ""))
        form, wanted = self._filters(request)
        found = page(wanted, after=mark, limit=_PER_PAGE)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Audit"),
            "form": form,
            "is_filtered": wanted != Wanted(),
            "lines": self.lines_of(found),
            "is_first": mark is None,
            "question": self._question(request),
            "older": cursor_of(found.end) if found.end else "",
        }
        return TemplateResponse(request, "desk/audit.html", context)

    def sheet_view(self, request: Any) -> StreamingHttpResponse:
        """The entries that the filters of the page leave, as CSV; written while it is read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        _form, wanted = self._filters(request)
        name = f"audit-{request.studio.slug}-{timezone.localdate()}.csv"
        return StreamingHttpResponse(
            lines(request.studio.pk, wanted, reader=request.user),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )

    def lines_of(self, found: Page) -> list[Line]:
        """The entries in words: two statements for people and for the rows that the differences refer to."""
        related = rows_now(set(_related(found.entries)) - found.now.keys())
        people = self._people(found.entries)
        names = {str(pk): str(person) for pk, person in people.items()}
        names |= {str(row_id): name_of(noun, row) for (noun, row_id), row in (found.now | related).items()}
        return list(_with_their_moves(self._line(entry, found.now, people, names) for entry in found.entries))

    def _line(self, entry: Entry, now: Known, people: dict[UUID, User], names: dict[str, str]) -> Line:
        model = model_of(entry.noun)
        person = people.get(entry.person_id) if entry.person_id else None
        row = now.get((entry.noun, entry.row_id)) or entry.before or entry.after
        line = Line(
            entry=entry,
            person=person,
            noun=str(capfirst(model._meta.verbose_name)) if model else entry.noun,
            name=name_of(entry.noun, row) or f"…{str(entry.row_id)[-6:]}",
            address=address_of(entry.noun, entry.row_id) if (entry.noun, entry.row_id) in now else "",
            differences=[],
            why=entry.why,
        )
        if entry.operation == MOVE:
            line.from_state = state_in_words(model, entry.before.get("state", ""))
            line.to_state = state_in_words(model, entry.after["state"])
        elif model is not None:
            line.differences = list(differences(model, entry.before, entry.after, names))
        return line

    def _people(self, entries: list[Entry]) -> dict[UUID, User]:
        ids = {entry.person_id for entry in entries if entry.person_id}
        ids |= {row_id for noun, row_id in _related(entries) if noun == "studios.user"}
        return User.objects.in_bulk(ids)

    def _filters(self, request: Any) -> tuple[Filters, Wanted]:
        """People are those who work here or ever did, as the audit itself knows."""
        recorded = Change.objects.filter(noun="studios.membership")
        ever = recorded.annotate(member=Cast(KeyTextTransform("user_id", "row"), UUIDField())).values("member")
        people = User.objects.filter(pk__in=ever).order_by("name", "id")
        form = Filters(request.GET, nouns=self._nouns(), people=people)
        return form, form.wanted()

    def _nouns(self) -> list[tuple[str, str]]:
        """The kinds of rows that have a page of their own; others are found by the id of a row."""
        metas = [model._meta for model in self.admin_site._registry if hasattr(model, "studio")]
        nouns = [(meta.label_lower, str(capfirst(meta.verbose_name_plural))) for meta in metas]
        return sorted([noun for noun in nouns if noun[0] != "studios.change"], key=lambda noun: noun[1])

    def _question(self, request: Any) -> str:
        """The filters for the links to other pages and to the sheet."""
        asked = request.GET.copy()
        asked.pop("after", None)
        return asked.urlencode()


def cursor_of(mark: Mark) -> str:
    return signing.dumps([mark.at.isoformat(), mark.rank, mark.number], salt=_salt)


def mark_of(cursor: str) -> Mark | None:
    """The place that a page's address names; the beginning for one that was altered."""
    try:
        at, rank, number = signing.loads(cursor, salt=_salt)
    except (signing.BadSignature, ValueError):
        return None
    return Mark(datetime.fromisoformat(at), rank, number)


def name_of(noun: str, row: Row) -> str:
    """What people call a row, from its columns; empty where it has no name.

    >>> name_of("catalog.episode", {"number": 3, "title_en": "The Ring"}), name_of("media.rendition", {})
    ('3 · The Ring', '')
    """
    suffix = translation.get_language() or "en"
    own = [f"{column}_{suffix.replace('-', '_')}" for column in ("title", "name")]
    words = (row.get(column) for column in (*own, "title_en", "name_en", "name", "slug", "original_name", "prefix"))
    name = next((str(word) for word in words if isinstance(word, str) and word), "")
    number = str(row.get("number") or "") if noun != "distribution.partner" else ""
    return " · ".join(part for part in (number, name) if part)


def _related(entries: Iterable[Entry]) -> Iterator[tuple[str, UUID]]:
    """The rows that the differences of ``entries`` refer to."""
    for entry in entries:
        model = model_of(entry.noun)
        columns: Any = model._meta.concrete_fields if model else ()
        for column in columns:
            for row in (entry.before, entry.after) if column.is_relation else ():
                if _is_id(str(row.get(column.column))):
                    yield column.remote_field.model._meta.label_lower, UUID(str(row[column.column]))


def _with_their_moves(shown: Iterable[Line]) -> Iterator[Line]:
    """Tell a move and the change of the state that it is made of as one line: the move's, with what else changed."""
    moves: list[Line] = []
    for line in shown:
        if line.entry.operation == MOVE:
            moves.append(line)
        elif (move := _move_of(line, moves)) is not None:
            moves.remove(move)
            move.differences = [each for each in line.differences if each.column != "state"]
            continue
        yield line


def _move_of(line: Line, moves: list[Line]) -> Line | None:
    """The newest move that ``line`` is the change of; moves come before their changes."""
    change = line.entry
    for move in reversed(moves):
        ends_alike = change.after.get("state") == move.entry.after["state"]
        began_alike = change.before.get("state", "") == move.entry.before.get("state", "")
        if (
            move.entry.row_id == change.row_id
            and ends_alike
            and began_alike
            and abs(move.entry.at - change.at) < _TOGETHER
        ):
            return move
    return None


def _midnight(day: Any, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
