"""The sidebar, in the trade's words, and the small things that unfold asks for on every page."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from studios.admin import may
from studios.roles import Action


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """A guest finds what is assigned to them on the home page; unfold hides what ``permission`` refuses."""
    if getattr(request, "membership", None) is None:
        return []
    if not may(request, Action.READ):
        return [_group("", [_page(_("Home"), "home", "index")])]
    return [
        _group("", [_page(_("Home"), "home", "index")]),
        _group(
            _("Titles"),
            [
                _list(_("Series"), "movie", "catalog_series"),
                _list(_("Episodes"), "smart_display", "catalog_episode"),
                _list(_("Cast and crew"), "groups", "catalog_person"),
                _list(_("Tags"), "sell", "catalog_tag"),
            ],
        ),
        _group(
            _("Production"),
            [
                _page(_("Board"), "view_kanban", "board"),
                _list(_("Masters"), "video_file", "media_master"),
                _list(_("Mixes"), "graphic_eq", "media_mix"),
                _list(_("Jobs"), "conveyor_belt", "jobs_job"),
                _list(_("Picture notes"), "rate_review", "media_picturenote"),
                _list(_("Subtitles"), "subtitles", "localization_version"),
                _list(_("Assignments"), "assignment_ind", "localization_assignment"),
                _page(_("Storage"), "hard_drive", "storage"),
            ],
        ),
        _group(
            _("Distribution"),
            [
                _list(_("Releases"), "new_releases", "distribution_release"),
                _list(_("Partners"), "handshake", "distribution_partner"),
                _list(_("Grants"), "gavel", "distribution_grant"),
                _list(_("Deliveries"), "local_shipping", "distribution_delivery"),
            ],
        ),
        _group(
            _("Studio"),
            [
                _list(_("Members"), "badge", "studios_membership"),
                _list(_("Stand-ins"), "switch_account", "studios_standin"),
                _list(_("Studio settings"), "tune", "studios_studio"),
                *([_list(_("API keys"), "key", "studios_studiokey")] if may(request, Action.MANAGE_KEYS) else []),
                *([_list(_("Audit"), "history", "studios_change")] if may(request, Action.READ_AUDIT) else []),
                *(
                    [_page(_("Export and close"), "logout", "leaving")]
                    if may(request, Action.LEAVE_WITH_STUDIO)
                    else []
                ),
            ],
        ),
    ]


def account(request: HttpRequest) -> list[dict[str, Any]]:
    links = [
        {"title": _("Your settings"), "link": reverse("admin:preferences")},
        {"title": _("Change password"), "link": reverse("account_change_password")},
        {"title": _("Second factor"), "link": reverse("mfa_index")},
        {"title": _("Where you are signed in"), "link": reverse("usersessions_list")},
    ]
    if getattr(request, "studio", None) is not None:
        links.append({"title": _("Leave this studio"), "link": reverse("admin:leave")})
    if getattr(request.user, "is_platform", False):
        links.append({"title": _("Platform"), "link": reverse("platform")})
    return links


def studio_name(request: Any) -> str:
    return str(getattr(request, "studio", None) or _("The content desk"))


def styles(request: HttpRequest) -> str:
    return static("octavo/desk.css")


def fonts(request: HttpRequest) -> str:
    return static("octavo/fonts.css")


def favicon(request: HttpRequest) -> str:
    return static("octavo/favicon.svg")


def _group(title: Any, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "separator": False, "items": items}


def _page(title: Any, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{name}")}


def _list(title: Any, icon: str, noun: str) -> dict[str, Any]:
    return _page(title, icon, f"{noun}_changelist")
