"""In which words: tracks of a cut and their frozen versions."""

from localization.models.assignment import Assignment
from localization.models.track import Track
from localization.models.version import OwnWork, Version

__all__ = ["Assignment", "OwnWork", "Track", "Version"]
