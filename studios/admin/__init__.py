"""The admin of the studio itself, and what every admin class of the other rooms stands on."""

from studios.admin.audit import AuditAdmin
from studios.admin.base import Button, ByRole, CardsInline, LongListAdmin, RowsInline, StudioAdmin, may
from studios.admin.keys import StudioKeyAdmin
from studios.admin.members import MembershipAdmin
from studios.admin.settings import StudioSettingsAdmin
from studios.admin.stand_ins import StandInAdmin

__all__ = [
    "AuditAdmin",
    "Button",
    "ByRole",
    "CardsInline",
    "LongListAdmin",
    "MembershipAdmin",
    "RowsInline",
    "StandInAdmin",
    "StudioAdmin",
    "StudioKeyAdmin",
    "StudioSettingsAdmin",
    "may",
]
