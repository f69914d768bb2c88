"""Taking a conforming back, as long as no release stands on it."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from localization.conforming import take_back
from localization.models import Conforming, Track
from titles.distribution.models import Release, ReleaseCut


class Pinned(Exception):
    """A release was submitted with these times; the text names it."""


def take_back_unless_pinned(conforming: Conforming, *, by: Any) -> Conforming:
    """Undo ``conforming``. Raises Pinned, and MovedOn when another was faster."""
    release = pinned_by(conforming)
    if release is not None:
        raise Pinned(
            _("%(release)s has these times. Import or conform the subtitles anew instead.") % {"release": release}
        )
    return take_back(conforming, by=by)


def pinned_by(conforming: Conforming) -> Release | None:
    """The first release that was submitted with subtitles at the times of ``conforming``."""
    tracks = Track.objects.filter(cut=conforming.cut_id)
    touched = tracks.filter(versions__conforming=conforming) | tracks.filter(
        versions__timing_confirmations__conforming=conforming
    )
    pairs = [
        Q(edition__sidecars__language=language, edition__sidecars__kind=kind)
        for language, kind in touched.distinct().values_list("language", "kind")
    ]
    if not pairs:
        return None
    since = ReleaseCut.objects.filter(
        reduce(or_, pairs),
        cut=conforming.cut_id,
        edition__package__master=conforming.master_id,
        release__submitted_at__gte=conforming.made_at,
    )
    releases = Release.objects.filter(pk__in=since.values("release")).select_related("series", "episode")
    return releases.order_by("number", "id").first()
