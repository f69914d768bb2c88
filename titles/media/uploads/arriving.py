"""From the first byte to the last: who may write now, what is kept when a sender goes away, what is refused.

No transaction and no connection to the database is held while bytes come in: rows are looked at before and after,
and every few seconds in between, when the lease is renewed.
"""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.models import MovedOn
from studios.scope import scope
from titles.catalog.models import Cut, Episode
from titles.jobs.models import Job
from titles.media.models.upload import LostHold, State, Upload, begun
from titles.media.receiving import TooLarge, shown_name
from titles.media.sniffing import HEAD_BYTES, NotFilm, sniff
from titles.media.uploads import parts
from titles.media.uploads.headers import Checksum
from titles.media.uploads.parts import Part

TAKE_IN = "take in"
_RENEWED_EVERY_S = 5.0


class NotThere(Exception):
    """There is no such upload, or it is somebody else's: which of the two is not told."""


class Over(Exception):
    """The upload was ended, refused or given up; its bytes are gone."""


class WrongOffset(Exception):
    """The client means to go on from elsewhere than where the bytes end."""


class WrongChecksum(Exception):
    """The bytes of this request are not those that were sent; none of them is kept."""


def begin(*, studio_id: UUID, person: Any, name: str, size_bytes: int, episode: str = "", metadata: str = "") -> Upload:
    """Make room for a file of ``size_bytes`` that is for the default cut of ``episode`` (an id; empty: said later).

    Raises NotFilm for an empty file, TooLarge, NoRoom, and NotThere for an episode that the studio does not have.
    """
    refuse_size(size_bytes)
    parts.refuse_without_room(size_bytes)
    identity = new_id()
    with scope(studio_id, person=person, door="import"):
        upload = begun(
            identity=identity,
            person=person,
            cut=cut_of(episode) if episode else None,
            name=shown_name(name) or "upload",
            size_bytes=size_bytes,
            metadata=metadata,
        )
        parts.make(upload.part_name())
    return upload


def refuse_size(size_bytes: int) -> None:
    """Raise NotFilm for nothing at all, TooLarge for more than this installation takes."""
    if size_bytes == 0:
        sniff(b"")
    if size_bytes > settings.MASTER_MOST_BYTES:
        raise TooLarge(
            _("The file is larger than %(most)s MB, the most that is taken here. Export it with a lower bit rate.")
            % {"most": f"{settings.MASTER_MOST_BYTES / 1_000_000:.0f}"}
        )


def cut_of(episode_id: str) -> Cut:
    """The default cut of an episode. Needs a scope. Raises NotThere."""
    try:
        return Episode.objects.get(pk=UUID(episode_id)).default_cut()
    except (ValueError, Episode.DoesNotExist):
        raise NotThere(_("There is no such episode in this studio.")) from None


def find(studio_id: UUID, upload_id: UUID, person: Any) -> Upload:
    """The upload of ``person``, with as much of it as has arrived. Raises NotThere, Over, Held.

    One whose last byte came just before the server died is completed now: its client will send nothing more.
    """
    with scope(studio_id, person=person, door="import"):
        upload = Upload.objects.of(person).filter(pk=upload_id).first()
    if upload is None:
        raise NotThere(_("There is no such upload."))
    if upload.state in {State.ENDED, State.REFUSED, State.EXPIRED}:
        raise Over(upload.refusal or _("This upload has ended. Begin anew."))
    if upload.state == State.RECEIVING and not upload.is_held() and upload.expires_at <= timezone.now():
        raise Over(_("Nobody went on with this upload for too long, so it was given up. Begin anew."))
    if upload.state == State.RECEIVING and not upload.multipart:
        upload.offset_bytes = arrived_bytes(upload)
        if upload.offset_bytes == upload.size_bytes:
            return go_on(upload, (), at_bytes=upload.size_bytes, by=person)
    return upload


def arrived_bytes(upload: Upload) -> int:
    """How much has arrived, and was compared with its checksum where there is one; a bucket tells by itself."""
    if upload.multipart:
        return upload.offset_bytes
    there_bytes = parts.arrived_bytes(upload.part_name())
    verified_bytes = upload.unverified_from_bytes
    return there_bytes if verified_bytes is None else min(there_bytes, verified_bytes)


def go_on(
    upload: Upload, pieces: Iterable[bytes], *, at_bytes: int, by: Any, checksum: Checksum | None = None
) -> Upload:
    """Write ``pieces`` behind what has arrived, which has to be ``at_bytes``. With the last byte it is taken in.

    What came is kept however it ends, but for bytes that do not amount to their checksum. Raises WrongOffset,
    WrongChecksum, Held, LostHold, MovedOn, NotFilm (the upload is over then), TooLarge, NoRoom.
    """
    if upload.state != State.RECEIVING:
        if at_bytes == upload.size_bytes and not any(pieces):
            return upload
        raise WrongOffset(_("This file has arrived already."))
    if at_bytes < upload.size_bytes:
        parts.refuse_without_room(upload.size_bytes - at_bytes)
    token = _hold(upload, at_bytes, checksum, by)
    with parts.opened(upload.part_name()) as part:
        return _Writer(upload, part, token, by).write(pieces, checksum)


def _hold(upload: Upload, at_bytes: int, checksum: Checksum | None, by: Any) -> int:
    """Become the only writer, at ``at_bytes``. Bytes that nobody compared with their checksum are forgotten first."""
    with scope(upload.studio_id, person=by, door="import"):
        token = upload.hold()
        if upload.unverified_from_bytes is not None:
            with parts.opened(upload.part_name()) as part:
                part.cut_back(min(part.at_bytes, upload.unverified_from_bytes))
        there_bytes = parts.arrived_bytes(upload.part_name())
        if there_bytes != at_bytes:
            upload.let_go(token, offset_bytes=there_bytes)
        else:
            upload.expect_checksum(token, from_bytes=at_bytes if checksum else None)
    _be_without_database()
    if there_bytes != at_bytes:
        raise WrongOffset(_("%(there)d bytes have arrived; go on from there.") % {"there": there_bytes})
    return token


def _be_without_database() -> None:
    """A slow sender shall not hold a connection."""
    if not connection.in_atomic_block:
        connection.close()


class _Writer:
    """One request that writes: it holds the lease ``token``."""

    def __init__(self, upload: Upload, part: Part, token: int, by: Any) -> None:
        self._upload = upload
        self._part = part
        self._token = token
        self._by = by
        self._began_at_bytes = part.at_bytes
        self._renewed_at_s = time.monotonic()

    def write(self, pieces: Iterable[bytes], checksum: Checksum | None) -> Upload:
        try:
            self._take(pieces, checksum)
            if self._part.at_bytes == self._upload.size_bytes:
                self._part.settle()
        except NotFilm as reason:
            self._refuse(str(reason))
            raise
        except LostHold:
            raise
        except BaseException:
            if checksum is not None:
                self._forget()
            self._let_go()
            raise
        self._let_go()
        return self._upload

    def _take(self, pieces: Iterable[bytes], checksum: Checksum | None) -> None:
        digest = checksum.begun() if checksum else None
        is_known = self._part.at_bytes >= HEAD_BYTES
        for piece in pieces:
            self._renew()
            if self._part.at_bytes + len(piece) > self._upload.size_bytes:
                self._forget()
                raise TooLarge(_("More was sent than the upload was said to be long; nothing of it was kept."))
            self._part.add(piece)
            is_known = is_known or self._is_known()
            if digest is not None:
                digest.update(piece)
        if digest is not None and checksum is not None and digest.digest() != checksum.wanted:
            self._forget()
            raise WrongChecksum(_("The bytes changed on their way; nothing of this piece was kept. Send it again."))

    def _is_known(self) -> bool:
        """Whether the first bytes are there and say that it is a film. Raises NotFilm."""
        if self._part.at_bytes < min(HEAD_BYTES, self._upload.size_bytes):
            return False
        sniff(self._part.head())
        return True

    def _renew(self) -> None:
        """Keep the lease, before the next byte is written. Raises LostHold."""
        if time.monotonic() - self._renewed_at_s < min(_RENEWED_EVERY_S, settings.UPLOAD_LEASE_S / 3):
            return
        with self._scope():
            self._upload.keep_holding(self._token, offset_bytes=self._part.at_bytes)
        _be_without_database()
        self._renewed_at_s = time.monotonic()

    def _forget(self) -> None:
        """Cut off what this request wrote, unless another writes there by now. Raises LostHold."""
        with self._scope():
            self._upload.keep_holding(self._token, offset_bytes=self._began_at_bytes)
            self._part.cut_back(self._began_at_bytes)

    def _let_go(self) -> None:
        with self._scope():
            self._upload.let_go(self._token, offset_bytes=self._part.at_bytes)
            if self._part.at_bytes == self._upload.size_bytes:
                complete(self._upload, by=self._by)

    def _refuse(self, why: str) -> None:
        with self._scope():
            self._upload.let_go(self._token, offset_bytes=0)
            self._upload.move(State.RECEIVING, State.REFUSED, by=self._by, why=why, refusal=why)
        parts.remove(self._upload.part_name())

    def _scope(self) -> Any:
        return scope(self._upload.studio_id, person=self._by, door="import")


def complete(upload: Upload, *, by: Any) -> None:
    """Every byte is here: have it taken in as a master, at once. Needs a scope."""
    upload.move(State.RECEIVING, State.COMPLETE, by=by, offset_bytes=upload.size_bytes, held_until=None)
    if upload.cut_id is not None:
        Job.enqueue(TAKE_IN, upload, by=by)


def choose(upload: Upload, cut: Cut, *, by: Any) -> None:
    """Say for which cut a file is that arrived without saying so. Needs a scope. Raises MovedOn."""
    chosen = Upload.objects.filter(pk=upload.pk, cut=None, state__in=[State.RECEIVING, State.COMPLETE])
    if not chosen.update(cut=cut):
        raise MovedOn(_("%(row)s is for an episode already.") % {"row": upload})
    upload.refresh_from_db()
    if upload.state == State.COMPLETE:
        Job.enqueue(TAKE_IN, upload, by=by)


def end(upload: Upload, *, by: Any) -> None:
    """Forget an unfinished upload with its bytes. Raises Held, MovedOn."""
    with scope(upload.studio_id, person=by, door="import"):
        upload.hold()
        upload.move(State.RECEIVING, State.ENDED, by=by, held_until=None)
    parts.remove(upload.part_name())
