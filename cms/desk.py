"""The admin site that is Octavo's desk: its home page, its own pages, and what it finds by name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from cms.views import find, home, preferences
from cms.views.sign_in import SignInForm


class Desk(UnfoldAdminSite):
    """Open to everybody who may sign in; what they see there is said by their roles in the studio."""

    index_title = _("Home")
    login_form = SignInForm
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("lanes/", self.admin_view(home.lanes), name="lanes"),
            path("me/", self.admin_view(preferences.preferences), name="preferences"),
        ]
        return mine + super().get_urls()

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """unfold would print its colors without a nonce; ``desk/colors.html`` prints them with one."""
        context = super().each_context(request)
        return {**context, "palette": context["colors"], "colors": {}}

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The command palette. unfold's own keeps results in a cache that knows no studios."""
        return find.find(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        request.current_app = self.name
        context = {**self.each_context(request), "title": self.index_title, **home.desk_of(request)}
        return TemplateResponse(request, "desk/home.html", context | (extra_context or {}))
