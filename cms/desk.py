"""The admin site that is Octavo's desk: its home page, its own pages, and what it finds by name."""

from typing import Any

from allauth.account import views as account_views
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from cms.sessions import asked_by_a_page
from cms.views import assigned, board, find, held, home, inbox, leaving, preferences, storage, workplaces
from studios.admin import StudioAdmin, may
from studios.roles import Action

#: Addresses of Django's admin that lead to any row by its content type.
_CLOSED = {"view_on_site"}


class Desk(UnfoldAdminSite):
    """Open to everybody who may sign in; what they see there is said by their roles in the studio."""

    index_title = _("Home")
    final_catch_all_view = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        #: What others would have put on the desk; a check looks whether one of ours is among them.
        self.turned_away: list[type[Model]] = []

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in what stands on StudioAdmin alone: the pages of other packages know neither studios nor roles."""
        if isinstance(admin_class, type) and issubclass(admin_class, StudioAdmin):
            super().register(model_or_iterable, admin_class, **options)
        else:
            models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
            self.turned_away += models

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("board/", self.admin_view(board.board), name="board"),
            path("board/<uuid:series_id>/<slug:board_verb>/", self.admin_view(board.press), name="board-press"),
            path("storage/", self.admin_view(storage.storage), name="storage"),
            path("storage/preview/", self.admin_view(storage.preview), name="storage-preview"),
            path("storage/collect/", self.admin_view(storage.collect), name="storage-collect"),
            path("storage/<uuid:series_id>/", self.admin_view(storage.series), name="storage-series"),
            path("storage/<uuid:series_id>/<slug:where>/", self.admin_view(storage.move), name="storage-move"),
            path("lanes/", self.admin_view(home.lanes), name="lanes"),
            path("me/", self.admin_view(preferences.preferences), name="preferences"),
            path("inbox/", self.admin_view(inbox.inbox), name="inbox"),
            path("inbox/read/", self.admin_view(inbox.mark_read), name="inbox-read-all"),
            path("inbox/<uuid:notice_id>/read/", self.admin_view(inbox.mark_read), name="inbox-read"),
            path("members/<uuid:membership_id>/held/", self.admin_view(held.held), name="held"),
            path("members/<uuid:membership_id>/held.json", self.admin_view(held.file), name="held-file"),
            path("leave/", self.admin_view(workplaces.leave), name="leave"),
            path("leaving/", self.admin_view(leaving.leaving), name="leaving"),
            path("leaving/export/", self.admin_view(leaving.export), name="leaving-export"),
            path("leaving/exports/<uuid:job_id>/", self.admin_view(leaving.download), name="leaving-download"),
            path("leaving/close/", self.admin_view(leaving.close), name="leaving-close"),
            path("leaving/reopen/", self.admin_view(leaving.reopen), name="leaving-reopen"),
        ]
        return mine + [each for each in super().get_urls() if getattr(each, "name", "") not in _CLOSED]

    # Accounts have pages of their own, which know second factors and count wrong passwords.

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if asked_by_a_page(request):
            return HttpResponse(status=401)  # a page that stands open must not be filled with a sign-in form
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return account_views.logout(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:preferences"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """unfold would print its colors without a nonce; ``desk/colors.html`` prints them with one."""
        context = super().each_context(request)
        context["may_leave"] = lambda: may(request, Action.LEAVE_WITH_STUDIO)
        context["unread"] = lambda: sum(inbox.unread_by_studio(request).values())
        return {**context, "palette": context["colors"], "colors": {}}

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The command palette. unfold's own keeps results in a cache that knows no studios."""
        return find.find(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        request.current_app = self.name
        context = {**self.each_context(request), "title": self.index_title, **home.desk_of(request)}
        context["tasks"] = assigned.tasks_of(request)
        return TemplateResponse(request, "desk/home.html", context | (extra_context or {}))
