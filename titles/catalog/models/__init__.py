"""What is made: series, episodes, cuts, the people in them, tags and artwork."""

from titles.catalog.models.artwork import Artwork
from titles.catalog.models.cut import Cut
from titles.catalog.models.episode import Episode
from titles.catalog.models.person import Credit, Person
from titles.catalog.models.series import Series
from titles.catalog.models.tag import SeriesTag, Tag

__all__ = ["Artwork", "Credit", "Cut", "Episode", "Person", "Series", "SeriesTag", "Tag"]
