"""Hands the file of an approved version down to media, which makes a new Edition of it."""

from localization import formats
from localization.models import Track, Version
from titles.jobs.models import Job
from titles.media.handing_down import hand_down as take

_FORMAT = "vtt"


def hand_down(job: Job) -> None:
    """Hand down the version that ``job`` is about, unless a newer one of its track is approved as well."""
    version = job.subject(Version)
    webvtt = formats.write(version.read(), _FORMAT).decode()
    with job.scope():
        job.hold()
        # Locked: of two versions approved at the same time the newer one has the last word.
        track = Track.objects.select_for_update(no_key=True).get(pk=version.track_id)
        if track.versions.approved().newest_first().first() == version:
            take(
                track.cut,
                language=track.language,
                kind=track.kind,
                name=track.player_name(),
                webvtt=webvtt,
                origin_id=version.pk,
            )
