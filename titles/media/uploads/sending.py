"""What a page has to know before it sends anything: by which way, and how much at most."""

from django.conf import settings

#: Bytes come here, in pieces that can be resumed anywhere.
TUS = "tus"


def way() -> str:
    return TUS


def most_bytes() -> int:
    return settings.MASTER_MOST_BYTES
