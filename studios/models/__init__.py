"""Who works here, and what they did."""

from studios.models.history import Change, Move, MovedOn, StatefulRow
from studios.models.membership import Membership
from studios.models.sign_in_link import LinkSpent, SignInLink
from studios.models.studio import Studio, StudioRow
from studios.models.user import User

__all__ = [
    "Change",
    "LinkSpent",
    "Membership",
    "Move",
    "MovedOn",
    "SignInLink",
    "StatefulRow",
    "Studio",
    "StudioRow",
    "User",
]
