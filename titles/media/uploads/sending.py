"""What a page has to know before it sends anything: by which way, and how much at most."""

from django.conf import settings

from titles.media.uploads import bucket

#: Bytes come here, in pieces that can be resumed anywhere; or they go to the bucket, in parts.
TUS, PARTS = "tus", "parts"


def way() -> str:
    return PARTS if bucket.is_straight() else TUS


def most_bytes() -> int:
    return settings.MASTER_MOST_BYTES
