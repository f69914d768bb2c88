"""The admin of the studio itself, and what every admin class of the other rooms stands on."""

from studios.admin.audit import ChangeAdmin, MoveAdmin
from studios.admin.base import Button, ByRole, CardsInline, LongListAdmin, RowsInline, StudioAdmin, may
from studios.admin.members import MembershipAdmin
from studios.admin.settings import StudioSettingsAdmin

__all__ = [
    "Button",
    "ByRole",
    "CardsInline",
    "ChangeAdmin",
    "LongListAdmin",
    "MembershipAdmin",
    "MoveAdmin",
    "RowsInline",
    "StudioAdmin",
    "StudioSettingsAdmin",
    "may",
]
