"""What the clock does with uploads: gives up those that nobody goes on with, and removes bytes that nobody knows."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from studios.models import MovedOn, Studio
from studios.scope import scope
from titles.media.models.upload import Held, LostHold, State, Upload
from titles.media.storing import NoRoom
from titles.media.uploads import arriving, bucket, parts

#: Bytes of which no row is known are left alone for this long: the row may be on its way.
_LEFT_ALONE = timedelta(hours=1)


def sweep(at: datetime) -> None:
    """Do both for every studio that is at work; what a suspended one has stays as it is.

    Files that are whole though nobody said so, since the server died with their last byte, are completed first.
    """
    for studio_id in Studio.every_id():
        for upload in _whole(studio_id):
            with suppress(Held, LostHold, MovedOn, NoRoom):  # it is tried again; the others are not kept waiting
                arriving.go_on(upload, (), at_bytes=upload.size_bytes, by=upload.person)
        with scope(studio_id, door="worker"):
            overdue = list(Upload.objects.overdue(at).select_for_update(skip_locked=True))
            for upload in overdue:
                upload.move(State.RECEIVING, State.EXPIRED, by=None)
        for upload in overdue:
            if upload.multipart:
                bucket.forget(upload)
    for studio_id, names in parts.by_studio(older_than=at - _LEFT_ALONE).items():
        with scope(studio_id, door="worker"):
            studio = Studio.objects.filter(pk=studio_id).first()
            if studio is not None and studio.state == Studio.State.SUSPENDED:
                continue
            wanted = Upload.objects.filter(state__in=[State.RECEIVING, State.COMPLETE])
            kept = {upload.part_name() for upload in wanted}
        for name in names - kept:
            parts.remove(name)


def _whole(studio_id: UUID) -> list[Upload]:
    with scope(studio_id, door="worker"):
        begun = Upload.objects.receiving().filter(multipart="").select_related("person")
        return [each for each in begun if arriving.arrived_bytes(each) == each.size_bytes]
