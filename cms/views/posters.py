"""The poster of an episode: the frames that its newest package offers, and the choice of another one."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from titles.catalog.models import Episode
from titles.media import playback
from titles.media.models import Package
from titles.media.sentences import clock


@dataclass(frozen=True)
class Offered:
    """A frame that may be the poster."""

    address: str
    at_ms: int
    is_chosen: bool

    @property
    def at(self) -> str:
        return clock(self.at_ms)


def package_of(episode: Episode) -> Package | None:
    """The newest package of the episode's default cut."""
    packages = Package.objects.filter(cut__episode=episode, cut__is_default=True)
    return packages.newest_first().select_related("cut").first()


def offered(episode: Episode) -> list[Offered]:
    """The frames that are offered, best first; none where there is no choice."""
    package = package_of(episode)
    if package is None or len(package.posters) < 2:
        return []
    return [
        Offered(
            playback.file_address(package.cut.studio_id, poster["file"]),
            poster["at_ms"],
            poster["file"] == package.poster.name,
        )
        for poster in package.posters
    ]


def choose(package: Package, at_ms: str, *, by: Any) -> None:
    """Make the frame at ``at_ms`` the poster. Raises Http404 for what is no number, and MovedOn."""
    if not at_ms.isdecimal():
        raise Http404
    package.choose_poster(int(at_ms), by=by)
