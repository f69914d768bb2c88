"""A picture that replaces another: what partners have, what is on its way, and what it still lacks."""

from dataclasses import dataclass

from localization.conforming import untimed
from localization.models import Track
from titles.distribution.models import Release, ReleaseCut
from titles.media.models import Edition, Master
from titles.seasons.standing import Standing


@dataclass(frozen=True)
class Replacement:
    """Where a replacement stands. Nothing of it reaches a partner before a new release is approved."""

    master: Master
    """The newest one."""
    edition: Edition | None
    """What plays on the desk: of the newest master that there is a film of."""
    live: Release | None
    """What partners have."""
    live_edition: Edition | None
    missing: tuple[Track, ...]
    """Tracks with approved subtitles, none of which are timed to the newest accepted master."""

    @property
    def is_playing(self) -> bool:
        """Whether there is a film of the newest master."""
        return self.edition is not None and self.edition.package.master_id == self.master.pk

    @property
    def is_live(self) -> bool:
        return self.live_edition is not None and self.live_edition.package.master_id == self.master.pk


def replacement_of(standing: Standing) -> Replacement | None:
    """What to say about an episode whose newest master replaces another; None where there is nothing to say."""
    master, edition = standing.master, standing.edition
    if standing.cut is None or master is None or edition is None:
        return None
    pinned = _live(standing)
    live_edition = pinned.edition if pinned else None
    accepted = master if master.state == Master.State.ACCEPTED else _newest_accepted(standing)
    missing = tuple(untimed(standing.cut, accepted)) if accepted else ()
    shown = Replacement(master, edition, pinned.release if pinned else None, live_edition, missing)
    all_is_one = shown.is_playing and (live_edition is None or shown.is_live)
    return None if all_is_one and not missing else shown


def _live(standing: Standing) -> ReleaseCut | None:
    """What the newest approved release of the episode pins for its default cut."""
    cuts = ReleaseCut.objects.filter(cut=standing.cut, release__state=Release.State.APPROVED)
    found = cuts.select_related("release__series", "release__episode", "edition__package__master")
    return found.defer("release__document").order_by("-release__number", "id").first()


def _newest_accepted(standing: Standing) -> Master | None:
    return Master.objects.filter(cut=standing.cut).accepted().newest_first().defer("inspection").first()
