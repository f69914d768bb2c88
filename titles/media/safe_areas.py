"""What apps lay over a vertical picture: where nothing may stand that has to be seen.

No app publishes such figures for its player, and they change with every version; ``source`` says where ours are from.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Zone:
    """A part of the frame that is covered, in per cent of its width and height from the top left corner."""

    kind: Literal["bar", "buttons", "caption", "sheet"]
    name: Any
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class SafeAreas:
    """What one app covers."""

    key: str
    name: Any
    source: Any
    zones: tuple[Zone, ...]


_ESTIMATE = _("Our own estimate of a typical layout of apps like ReelShort and DramaBox: none publishes one.")
_GUIDES = _("After guides for creators of 2026, which differ among each other by a few per cent.")

SAFE_AREAS = (
    SafeAreas(
        "drama",
        _("Micro-drama app"),
        _ESTIMATE,
        (
            Zone("bar", _("title and episode"), 0, 0, 100, 10),
            Zone("buttons", _("buttons"), 83, 46, 17, 36),
            Zone("caption", _("texts and progress"), 0, 84, 100, 16),
        ),
    ),
    SafeAreas(
        "drama-coins",
        _("Micro-drama app that asks for coins"),
        _ESTIMATE,
        (
            Zone("bar", _("title and episode"), 0, 0, 100, 10),
            Zone("sheet", _("offer"), 0, 52, 100, 48),
        ),
    ),
    # 130 px above, 350 px below, 164 px at the right, 60 px at the left of 1080x1920.
    SafeAreas(
        "tiktok",
        _("TikTok (trailers)"),
        _GUIDES,
        (
            Zone("bar", _("tabs"), 0, 0, 100, 6.8),
            Zone("buttons", _("buttons"), 84.8, 40, 15.2, 41.8),
            Zone("bar", _("edge"), 0, 6.8, 5.6, 75),
            Zone("caption", _("caption and sound"), 0, 81.8, 100, 18.2),
        ),
    ),
    # 220 px above, 450 px below, 120 px at the right of 1080x1920.
    SafeAreas(
        "reels",
        _("Instagram Reels (trailers)"),
        _GUIDES,
        (
            Zone("bar", _("header"), 0, 0, 100, 11.5),
            Zone("buttons", _("buttons"), 88.9, 45, 11.1, 31.6),
            Zone("caption", _("caption and sound"), 0, 76.6, 100, 23.4),
        ),
    ),
)
