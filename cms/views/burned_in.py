"""Films of an episode with subtitles in the picture: what was made, what is being made, and the wish for another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from titles.jobs.models import UNFINISHED, Job
from titles.media import playback
from titles.media.burning import STANDARD
from titles.media.models import BurnedIn, Edition, Sidecar


@dataclass(frozen=True)
class BurnedInLine:
    """A subtitle file of the edition, with the film that has it in its picture, if somebody asked for one."""

    sidecar: Sidecar
    film: BurnedIn | None = None
    job: Job | None = None
    address: str = ""
    download: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.job is not None and self.job.state in UNFINISHED


def lines_of(edition: Edition | None, *, may_keep: bool) -> list[BurnedInLine]:
    """A line for every subtitle file of ``edition``; ``may_keep`` says whether the person may download films."""
    return list(_lines(edition, may_keep)) if edition else []


def _lines(edition: Edition, may_keep: bool) -> Iterator[BurnedInLine]:
    sidecars = edition.sidecars.order_by("language", "kind", "id")
    films = BurnedIn.objects.filter(package=edition.package, sidecar__in=sidecars, style=STANDARD.digest)
    by_sidecar = {film.sidecar_id: film for film in films}
    jobs = Job.objects.filter(kind="burn in", subject_id__in=[film.pk for film in by_sidecar.values()]).order_by("id")
    by_film = {job.subject_id: job for job in jobs}
    for sidecar in sidecars:
        film = by_sidecar.get(sidecar.pk)
        if film is None or film.state != BurnedIn.State.DONE:
            yield BurnedInLine(sidecar, film, by_film.get(film.pk) if film else None)
            continue
        studio_id, name = sidecar.cut.studio_id, str(film.file)
        keep = playback.download_address(studio_id, name) if may_keep else ""
        yield BurnedInLine(sidecar, film, address=playback.file_address(studio_id, name), download=keep)


def wish(edition: Edition | None, sidecar_id: str, *, by: Any) -> BurnedIn:
    """Ask for the film with the subtitle file ``sidecar_id`` of ``edition`` in its picture. Raises Http404."""
    wanted = [str(each.pk) for each in edition.sidecars.all()] if edition else []
    if edition is None or sidecar_id not in wanted:
        raise Http404
    return BurnedIn.wish(edition, edition.sidecars.get(pk=sidecar_id), by=by)
