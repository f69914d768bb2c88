"""Hands the file of an approved version down to media, which makes a new Edition of it.

A file goes with the pictures that the version is timed to, and with no other.
"""

from typing import Any

from localization import formats
from localization.models import Track, Version
from titles.jobs.models import Job
from titles.media import handing_down as media
from titles.media.models import Master

_FORMAT = "vtt"


def hand_down(job: Job) -> None:
    """Hand down the version that ``job`` is about, unless a newer one of its track is approved as well."""
    version = job.subject(Version)
    webvtt = formats.write(version.read(), _FORMAT).decode()
    with job.scope():
        job.hold()
        # Locked: of two versions approved at the same time the newer one has the last word.
        track = Track.objects.select_for_update(no_key=True).get(pk=version.track_id)
        for master in _masters_of(version, track):
            if _approved_for(track, master) == version:
                media.hand_down(
                    track.cut,
                    language=track.language,
                    kind=track.kind,
                    name=track.player_name(),
                    webvtt=webvtt,
                    origin_id=version.pk,
                    master=master,
                )


def take_back(track: Track, master: Master, *, by: Any = None) -> None:
    """Let no file of ``track`` go with ``master``, but that of the newest approved version which is timed to it."""
    track = Track.objects.select_for_update(no_key=True).get(pk=track.pk)
    media.take_back(track.cut, language=track.language, kind=track.kind, master=master, by=by)
    version = _approved_for(track, master)
    if version is not None:
        version.hand_down(by=by)


def _masters_of(version: Version, track: Track) -> list[Master | None]:
    """The masters that ``version`` is timed to; [None] while none was accepted, which means the first that will be."""
    masters = Master.objects.filter(cut=track.cut_id)
    own = version.master or masters.accepted().order_by("number").first()
    confirmed = masters.filter(timing_confirmations__version=version).order_by("number")
    return [own, *(master for master in confirmed if master != own)]


def _approved_for(track: Track, master: Master | None) -> Version | None:
    approved = track.versions.approved()
    fitting = approved.timed_to(master) if master else approved.filter(master=None)
    return fitting.newest_first().first()
