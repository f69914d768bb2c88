"""Masters that are seldom needed, in a store that is cheap and slow: moved there, and recalled, as jobs."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage, storages
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Least, Now
from django.utils.translation import gettext as _

from studios.scope import scope
from titles.catalog.models import Series
from titles.jobs.folders import private_folder
from titles.jobs.leasing import GaveUp, Lease, TryLater
from titles.jobs.models import Job
from titles.jobs.waking import wake
from titles.media import storing
from titles.media.models import Master, Package
from titles.media.models.master import Place, StillNeeded

MOVE, RECALL = "move to cold storage", "recall"
_COPYING, _CHECKING = "copy", "check"


class Recalled(TryLater):
    """The file is in cold storage and on its way back; the work goes on when it is here."""


def source_of(master: Master, folder: Path) -> Path:
    """Return a path from which the file of ``master`` can be read; opens its own scopes.

    Raises Recalled, after asking for it, while it is in cold storage; Missing; StoreAway.
    """
    with scope(master.studio_id, door="worker"):
        place = Master.objects.values_list("stored_in", flat=True).get(pk=master.pk)
        if place == Place.COLD:
            Job.enqueue(RECALL, master)
    if place == Place.COLD:
        raise Recalled(_("The master is in cold storage. It is being recalled, and this goes on when it is here."))
    return storing.at_hand(storages[Place.AT_HAND], str(master.file), folder)


def move_to_cold(job: Job, lease: Lease) -> None:
    """Move the master that ``job`` is about away, unless somebody needs it by now."""
    master = job.subject(Master)
    if master.stored_in == Place.AT_HAND:
        _carry(master, job, lease, target=Place.COLD)


def recall(job: Job, lease: Lease) -> None:
    """Bring the master that ``job`` is about back, and let the work go on that waits for it."""
    master = job.subject(Master)
    if master.stored_in == Place.COLD:
        _carry(master, job, lease, target=Place.AT_HAND)


def _carry(master: Master, job: Job, lease: Lease, *, target: Place) -> None:
    """Copy, compare, switch, and only then delete: at every moment one whole file is where the row says."""
    source, name = storages[master.stored_in], str(master.file)
    with private_folder(job) as folder:
        lease.report(_COPYING, 0.0)
        try:
            storing.keep_file(storages[target], name, storing.at_hand(source, name, folder))
        except storing.Missing as reason:
            raise GaveUp(str(reason)) from reason
    lease.report(_CHECKING, 0.5)
    if _sha256(storages[target], name, lease) != master.sha256:
        storages[target].delete(name)
        raise TryLater(_("The copy is not what the master was, so it was thrown away. It is copied again."))
    with job.scope():
        job.hold()
        _switch(master, target)
    source.delete(name)


def _switch(master: Master, target: Place) -> None:
    if target == Place.COLD:
        try:
            master.refuse_while_needed()
        except StillNeeded as reason:
            raise GaveUp(str(reason)) from reason
    Master.objects.filter(pk=master.pk).update(stored_in=target)
    if target == Place.AT_HAND:
        waiting = Job.objects.filter(subject_id__in=[master.pk, master.cut_id], state=Job.State.WAITING)
        for kind in set(waiting.values_list("kind", flat=True)):
            wake(kind)
        waiting.update(due_at=Least(F("due_at"), Now()))


def _sha256(store: Storage, name: str, lease: Lease) -> str:
    digest = hashlib.sha256()
    with store.open(name) as file:
        for chunk in file.chunks(1024 * 1024):
            digest.update(chunk)
            lease.report(_CHECKING, 0.5)
    return digest.hexdigest()


def idle_masters(series: Series) -> QuerySet[Master]:
    """The masters of ``series`` at hand of which everything was made and on which nothing works."""
    working = Job.objects.unfinished().filter(subject_id__in=[OuterRef("pk"), OuterRef("cut")])
    made = Package.objects.filter(master=OuterRef("pk"))
    at_hand = Master.objects.filter(cut__episode__series=series, stored_in=Place.AT_HAND)
    return at_hand.filter(Exists(made), ~Exists(working))


def move_all(series: Series, *, by: Any) -> int:
    """Have all masters of ``series`` that nothing needs moved away; return how many."""
    masters = list(idle_masters(series).order_by("id"))
    for master in masters:
        Job.enqueue(MOVE, master, by=by)
    return len(masters)


def recall_all(series: Series, *, by: Any) -> int:
    """Have all masters of ``series`` brought back; return how many."""
    masters = list(Master.objects.filter(cut__episode__series=series, stored_in=Place.COLD).order_by("id"))
    for master in masters:
        Job.enqueue(RECALL, master, by=by)
    return len(masters)
