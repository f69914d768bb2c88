"""Takes subtitle files from upstairs: text, a language, a kind and a name. Media knows nothing of their making."""

import hashlib
from typing import Any
from uuid import UUID

from django.utils import timezone

from titles.catalog.models import Cut
from titles.jobs.models import Job
from titles.media.composing import subtitle_file
from titles.media.models import Master, Sidecar


def hand_down(
    cut: Cut,
    *,
    language: str,
    kind: str,
    name: str,
    webvtt: str,
    origin_id: UUID,
    master: Master | None = None,
    by: Any = None,
) -> Sidecar:
    """Make ``webvtt`` the subtitles of ``cut`` in ``language`` (BCP 47) of ``kind``, and have a new Edition composed.

    They go with the picture of ``master`` (None: the first that is accepted). A text that was handed down before is
    current again. Call it inside a scope.
    Raises UnfitName and UnfitSubtitles.
    """
    now = timezone.now()
    wanted = Sidecar(
        cut=cut,
        language=language,
        kind=kind,
        master=master,
        name=name,
        webvtt=webvtt,
        sha256=hashlib.sha256(webvtt.encode()).hexdigest(),
        origin_id=origin_id,
        handed_down_at=now,
    )
    subtitle_file(wanted)  # refused here, while somebody can still be told
    Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)
    same = Sidecar.objects.filter(cut=cut, language=language, kind=kind, master=master, sha256=wanted.sha256)
    if same.update(handed_down_at=now, withdrawn_at=None):
        sidecar = same.get()
    else:
        wanted.save(force_insert=True)
        sidecar = wanted
    Job.enqueue("compose", cut, by=by)
    return sidecar


def take_back(cut: Cut, *, language: str, kind: str, master: Master, by: Any = None) -> None:
    """Leave the subtitles in ``language`` of ``kind`` for ``master`` out of the next Edition. Needs a scope."""
    Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)
    files = Sidecar.objects.filter(cut=cut, language=language, kind=kind, withdrawn_at=None).timed_to(master)
    if files.update(withdrawn_at=timezone.now()):
        Job.enqueue("compose", cut, by=by)
