"""Who may do what: one table of roles and actions."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    PRODUCER = "producer", _("Producer")
    EDITOR = "editor", _("Editor")
    REVIEWER = "reviewer", _("Reviewer")
    DISTRIBUTOR = "distributor", _("Distributor")
    VIEWER = "viewer", _("Viewer")
    GUEST = "guest", _("Guest")


class Action(TextChoices):
    READ = "read", _("Read everything of the studio")
    MANAGE_MEMBERS = "manage members", _("Invite members, change and end memberships, name anybody's deputy")
    MANAGE_STUDIO = "manage studio", _("Change the studio's settings")
    MANAGE_KEYS = "manage keys", _("Make and revoke keys of the studio's own machines")
    LEAVE_WITH_STUDIO = "leave with studio", _("Export everything of the studio, and close it")
    READ_AUDIT = "read audit", _("Read who changed what, and export it")
    ASSIGN = "assign", _("Assign episodes and languages to members and guests")
    EDIT_CATALOG = "edit catalog", _("Change series, episodes, cast, tags and artwork")
    UPLOAD_MEDIA = "upload media", _("Upload masters and sound, and run media jobs")
    COMMENT = "comment", _("Say something about a picture, answer, and resolve what was said")
    SUBMIT_RELEASES = "submit releases", _("Submit releases")
    APPROVE_RELEASES = "approve releases", _("Approve releases that another person submitted")
    EDIT_TRACKS = "edit tracks", _("Import, edit and submit subtitles of named languages")
    CONFORM_TRACKS = "conform tracks", _("Set subtitles of named languages to the times of a new master")
    REVIEW_TRACKS = "review tracks", _("Approve subtitles and sound of named languages or ask for changes")
    NAME_DEPUTY = "name deputy", _("Name who stands in while one is away")
    DISTRIBUTE = "distribute", _("Manage partners, deals, grants, their keys and deliveries")


#: What somebody else does while an approver is away.
BY_STAND_IN = frozenset({Action.APPROVE_RELEASES, Action.REVIEW_TRACKS})

#: What is left to do in a studio that is closing.
WHILE_CLOSING = frozenset({Action.READ, Action.READ_AUDIT, Action.LEAVE_WITH_STUDIO})

#: Actions that a membership may limit to named languages.
PER_LANGUAGE = frozenset({Action.EDIT_TRACKS, Action.CONFORM_TRACKS, Action.REVIEW_TRACKS})

MAY: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.PRODUCER: frozenset(
        {
            Action.READ,
            Action.COMMENT,
            Action.EDIT_CATALOG,
            Action.UPLOAD_MEDIA,
            Action.SUBMIT_RELEASES,
            Action.APPROVE_RELEASES,
            Action.CONFORM_TRACKS,
            Action.NAME_DEPUTY,
            Action.ASSIGN,
            Action.READ_AUDIT,
        }
    ),
    Role.EDITOR: frozenset({Action.READ, Action.COMMENT, Action.EDIT_TRACKS, Action.CONFORM_TRACKS}),
    Role.REVIEWER: frozenset(
        {Action.READ, Action.COMMENT, Action.CONFORM_TRACKS, Action.REVIEW_TRACKS, Action.NAME_DEPUTY}
    ),
    Role.DISTRIBUTOR: frozenset({Action.READ, Action.COMMENT, Action.DISTRIBUTE}),
    Role.VIEWER: frozenset({Action.READ, Action.COMMENT}),
    Role.GUEST: frozenset(),
}


def may(roles: Iterable[str], action: Action) -> bool:
    """Whether any of ``roles`` allows ``action``.

    >>> may(["editor", "viewer"], Action.EDIT_TRACKS), may(["viewer"], Action.DISTRIBUTE)
    (True, False)
    """
    return any(action in MAY[Role(role)] for role in roles)


def table() -> str:
    """The table of docs/roles.md, which ``scripts/write_roles.py`` writes there."""
    head = ["Action", *Role.values]
    lines = [head, ["---"] * len(head)]
    for action in Action:
        allowed = ["yes" if action in MAY[role] else "" for role in Role]
        lines.append([f"**{action.value}**: {action.label}", *allowed])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
