"""In which words: tracks of a cut, their frozen versions, and how these were set to the times of another master."""

from localization.models.assignment import Assignment
from localization.models.conforming import Conforming, TimingConfirmation
from localization.models.track import Track
from localization.models.version import OwnWork, Version

__all__ = ["Assignment", "Conforming", "OwnWork", "TimingConfirmation", "Track", "Version"]
