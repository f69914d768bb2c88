"""Uploads that a browser sends straight to the bucket, in parts: begun, signed part by part, looked at, made whole.

The bucket keeps the parts, so there is nothing of them here but their id. What it has is believed, never what the
browser says: size and first bytes are looked at before a master is made of it.
"""

import logging
import math
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.models import MovedOn
from studios.scope import scope
from titles.media.bucketstore import BucketStorage, StoreAway, plainly
from titles.media.models.master import masters_storage
from titles.media.models.upload import State, Upload, begun
from titles.media.receiving import shown_name, stored_name
from titles.media.sniffing import HEAD_BYTES, NotFilm, sniff
from titles.media.uploads import arriving
from titles.media.uploads.arriving import WrongOffset

#: A part is at least 5 MiB, and there are at most 10,000 of them: rules of S3.
_LEAST_PART_BYTES = 8 * 1024 * 1024
_MOST_PARTS = 9_000
_ADDRESS_LIVES_S = 3600

log = logging.getLogger(__name__)


def is_straight() -> bool:
    """Whether masters lie in a bucket, to which browsers can send by themselves."""
    return isinstance(masters_storage(), BucketStorage)


def part_bytes(size_bytes: int) -> int:
    """How long every part but the last is.

    >>> part_bytes(4 * 1024**3), part_bytes(100 * 1024**3)
    (8388608, 12582912)
    """
    megabyte = 1024 * 1024
    return max(_LEAST_PART_BYTES, math.ceil(size_bytes / _MOST_PARTS / megabyte) * megabyte)


def stored(upload: Upload) -> str:
    """Where the store has it, or will have it: by the name's ending, which is put right when the bytes are known."""
    kind = "matroska" if upload.name.lower().endswith((".mkv", ".webm")) else "mov"
    return stored_name(upload.studio_id, upload.pk, kind)


def begin(*, studio_id: UUID, person: Any, name: str, size_bytes: int, episode: str) -> Upload:
    """Begin a file for the default cut of ``episode``. Raises NotFilm (empty), TooLarge, NotThere, StoreAway."""
    arriving.refuse_size(size_bytes)
    with scope(studio_id, person=person, door="import"):
        cut = arriving.cut_of(episode)
    upload = Upload(id=new_id(), studio_id=studio_id, name=shown_name(name) or "upload")
    multipart = _created(upload)
    with scope(studio_id, person=person, door="import"):
        return begun(
            identity=upload.pk, person=person, cut=cut, name=upload.name, size_bytes=size_bytes, multipart=multipart
        )


@plainly
def _created(upload: Upload) -> str:
    return _client().create_multipart_upload(**_place(upload))["UploadId"]


@plainly
def arrived(upload: Upload) -> dict[int, int]:
    """The parts that the bucket has, by number, with their sizes. Raises StoreAway."""
    return {part["PartNumber"]: part["Size"] for part in _parts(upload)}


@plainly
def address(upload: Upload, number: int) -> str:
    """Where the browser puts part ``number``, for an hour. Raises WrongOffset where there is no such part."""
    if not 1 <= number <= math.ceil(upload.size_bytes / part_bytes(upload.size_bytes)):
        raise WrongOffset(_("This file has no such part."))
    parameters = {**_of(upload), "PartNumber": number}
    return _client().generate_presigned_url("upload_part", Params=parameters, ExpiresIn=_ADDRESS_LIVES_S)


def finish(upload: Upload, *, by: Any) -> None:
    """Make one object of the parts, if they are the whole file and a film, and have it taken in.

    Raises WrongOffset while parts are missing, NotFilm (the upload is over then), MovedOn, StoreAway.
    """
    _join(upload)
    try:
        sniff(_head(upload))
    except NotFilm as reason:
        _forget_object(upload)
        with scope(upload.studio_id, person=by, door="import"):
            upload.move(State.RECEIVING, State.REFUSED, by=by, why=str(reason), refusal=str(reason))
        raise
    with scope(upload.studio_id, person=by, door="import"):
        arriving.complete(upload, by=by)


@plainly
def _join(upload: Upload) -> None:
    """Twice does no harm: what is one object already has no parts any more."""
    if masters_storage().exists(stored(upload)):
        return
    there = sorted(_parts(upload), key=lambda part: part["PartNumber"])
    if sum(part["Size"] for part in there) != upload.size_bytes:
        raise WrongOffset(_("Some parts of the file have not arrived yet."))
    named = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in there]
    _client().complete_multipart_upload(**_of(upload), MultipartUpload={"Parts": named})


@plainly
def _head(upload: Upload) -> bytes:
    answer = _client().get_object(**_place(upload), Range=f"bytes=0-{HEAD_BYTES - 1}")
    return answer["Body"].read()


@plainly
def content(upload: Upload) -> Any:
    """The object as it comes out of the bucket: something to read from, once. Raises StoreAway."""
    return _client().get_object(**_place(upload))["Body"]


@plainly
def _forget_object(upload: Upload) -> None:
    _client().delete_object(**_place(upload))


def end(upload: Upload, *, by: Any) -> None:
    """Forget an unfinished upload with its parts. Raises MovedOn."""
    with scope(upload.studio_id, person=by, door="import"):
        upload.move(State.RECEIVING, State.ENDED, by=by)
    forget(upload)


def forget(upload: Upload) -> None:
    """Let the bucket give up the parts of what has ended, or the object if nobody lived to say that it was whole.

    A bucket that is away keeps them; its own rule for unfinished uploads removes the parts one day.
    """
    try:
        _give_up(upload)
    except StoreAway as reason:
        log.warning("The parts of upload %s stay in the bucket: %s", upload.pk, reason)


@plainly
def _give_up(upload: Upload) -> None:
    client = _client()
    try:
        client.abort_multipart_upload(**_place(upload), UploadId=upload.multipart)
    except (client.exceptions.NoSuchUpload, client.exceptions.NoSuchKey):
        _forget_object(upload)


def _parts(upload: Upload) -> list[dict[str, Any]]:
    pages = _client().get_paginator("list_parts").paginate(**_of(upload))
    return [part for page in pages for part in page.get("Parts", [])]


def _of(upload: Upload) -> dict[str, Any]:
    if upload.state != State.RECEIVING:
        raise MovedOn(_("%(row)s is no longer arriving.") % {"row": upload})
    return {**_place(upload), "UploadId": upload.multipart}


def _place(upload: Upload) -> dict[str, Any]:
    store = masters_storage()
    return {"Bucket": store.bucket_name, "Key": store.key(stored(upload))}


def _client() -> Any:
    return masters_storage().bucket.meta.client
