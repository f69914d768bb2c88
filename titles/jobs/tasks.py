from celery import shared_task

from titles.jobs.models import due_kinds
from titles.jobs.waking import wake_now


@shared_task(name="titles.jobs.sweep")
def sweep(**_from_newer_senders: object) -> None:
    """Announce again what is due: the remedy for every lost message and every dead worker."""
    for kind in due_kinds():
        wake_now(kind)
