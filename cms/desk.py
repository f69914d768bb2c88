"""The admin site that is Octavo's desk."""

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite


class Desk(UnfoldAdminSite):
    """Open to everybody who may sign in; what they see there is said by their roles in the studio."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)
