"""Whether a master is the film of another episode: the same bytes, or the same picture encoded once more.

Only among the masters of one studio, which is all that a scope lets through. The other cuts of the same episode show
the same picture because they should; of each cut the newest master counts, as it has replaced those before.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from studios.scope import current_studio
from titles.media.judging import Finding, Severity
from titles.media.likeness import alike
from titles.media.limits import MediaLimits
from titles.media.models import Master

RULE = "duplicate"


def one_at_a_time() -> None:
    """Until this transaction ends, no other compares masters of this studio: of two alike, one has to see the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [RULE, str(current_studio())])


def duplicate(master: Master, marks: Sequence[int], limits: MediaLimits) -> Finding | None:
    """Say which master of another episode ``master`` repeats, the oldest; ``marks`` tell what its picture is like.

    Of two alike the one that was uploaded later is the duplicate, whichever is looked at first.
    """
    if not limits.no_duplicates:
        return None
    earlier = _of_others(master).filter(_uploaded_before(master)).order_by("uploaded_at", "id")
    same_file = earlier.filter(sha256=master.sha256).first()
    if same_file is not None:
        return _repeats(same_file, "same_file")
    same_picture = next((other for other in _near(earlier, marks) if alike(marks, other.marks)), None)
    return _repeats(same_picture, "same_picture") if same_picture is not None else None


def repeated_by(master: Master, marks: Sequence[int]) -> list[Master]:
    """The masters that were uploaded after ``master``, are looked at already, and show its picture."""
    later = _of_others(master).exclude(_uploaded_before(master)).order_by("uploaded_at", "id")
    return [other for other in _near(later, marks) if alike(marks, other.marks)]


def _of_others(master: Master) -> Any:
    """Masters of other episodes that were not rejected, and that no later one of their cut has replaced."""
    newer = Master.objects.filter(cut=OuterRef("cut"), number__gt=OuterRef("number"))
    current = Master.objects.exclude(Exists(newer)).exclude(state=Master.State.REJECTED)
    others = current.exclude(cut__episode=master.cut.episode_id)
    return others.select_related("cut__episode__series").defer("inspection")


def _uploaded_before(master: Master) -> Q:
    return Q(uploaded_at__lt=master.uploaded_at) | Q(uploaded_at=master.uploaded_at, id__lt=master.pk)


def _near(others: Any, marks: Sequence[int]) -> Any:
    """Masters as long as this one that share a mark with it: encoding again leaves some of them as they were."""
    told = sorted({mark for mark in marks if mark})
    return others.filter(marks__overlap=told, marks__len__range=(len(marks) - 1, len(marks) + 1)).iterator()


def _repeats(other: Master, code: str) -> Finding:
    episode = other.cut.episode
    values = {
        "number": other.number,
        "episode": [episode.kind, episode.number],
        "series": str(episode.series),
        "master": str(other.pk),
    }
    return Finding(RULE, str(other.pk), None, Severity.WAIVER, code, values)
