"""Files to keep: the newest master and mezzanine of an episode, and subtitles as a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from localization import formats
from localization.models import Version
from titles.catalog.models import Episode
from titles.media import playback
from titles.media.models import Master, Package
from titles.seasons.standing import Standing

SUBTITLES = {"srt": "application/x-subrip; charset=utf-8", "vtt": "text/vtt; charset=utf-8"}


@dataclass(frozen=True)
class Download:
    """A line of what can be kept of an episode."""

    what: str
    label: Any


def of_standing(standing: Standing) -> list[Download]:
    """What an episode has to be kept."""
    found = [Download("master", _("Download the master"))] if standing.master else []
    return found + ([Download("mezzanine", _("Download the mezzanine"))] if standing.edition else [])


def address_of(episode: Episode, what: str, *, until: datetime | None = None) -> str:
    """Where the newest ``what`` ("master", "mezzanine") of the episode can be fetched now. Raises Http404.

    ``until`` is when the right to it ends.
    """
    if what == "master":
        masters = Master.objects.filter(cut__episode=episode, cut__is_default=True)
        master: Any = masters.order_by("-number").first()
        if master is not None:
            return playback.download_address(master.studio_id, master.file.name, store=master.stored_in, until=until)
    if what == "mezzanine":
        packages = Package.objects.filter(cut__episode=episode, cut__is_default=True)
        package: Any = packages.newest_first().first()
        if package is not None:
            return playback.download_address(package.studio_id, package.mezzanine.name, until=until)
    raise Http404


def subtitles(version: Version, format: str) -> HttpResponse:
    """The version as a file to keep. Raises Http404."""
    if format not in SUBTITLES:
        raise Http404
    response = HttpResponse(formats.write(version.read(), format), content_type=SUBTITLES[format])
    episode = version.track.cut.episode
    name = f"{episode.series.slug}-{episode.number or episode.kind}.{version.track.language}.v{version.number}.{format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
