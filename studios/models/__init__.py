"""Who works here, and what they did."""

from studios.models.history import Change, Move, MovedOn, Stateful
from studios.models.invitation import Invitation
from studios.models.key import Key, KeyQuerySet, KeyRefused, TooManyKeys
from studios.models.membership import Membership
from studios.models.notice import Notice
from studios.models.personal_text import PersonalText
from studios.models.purge import Purge
from studios.models.stand_in import StandIn
from studios.models.studio import StatefulRow, Studio, StudioRow
from studios.models.studio_key import StudioKey
from studios.models.user import User, Workplace

__all__ = [
    "Change",
    "Invitation",
    "Key",
    "KeyQuerySet",
    "KeyRefused",
    "Membership",
    "Move",
    "MovedOn",
    "Notice",
    "PersonalText",
    "Purge",
    "StandIn",
    "Stateful",
    "StatefulRow",
    "Studio",
    "StudioKey",
    "StudioRow",
    "TooManyKeys",
    "User",
    "Workplace",
]
