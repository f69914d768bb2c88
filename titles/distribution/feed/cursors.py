"""Cursors: opaque, signed, and good for one partner in one epoch of its feed."""

from django.core.signing import BadSignature, Signer

from titles.distribution.feed.refusals import BadCursor, CursorExpired
from titles.distribution.models import Partner

# Not dated: the same place in the feed is the same cursor, so that an unchanged page is unchanged byte for byte.
_signer = Signer(sep=".", salt="titles.distribution.feed.cursor")


def cursor_at(partner: Partner, sequence: int) -> str:
    """The cursor of a partner that has read everything up to ``sequence``."""
    return _signer.sign_object([str(partner.pk), str(partner.feed_epoch), sequence])


def sequence_at(partner: Partner, cursor: str) -> int:
    """What ``cursor`` says that ``partner`` has read; 0 without a cursor.

    Raises BadCursor for an altered or another partner's one, CursorExpired for one of an older epoch, or of a future
    that a restored backup does not know.
    """
    if not cursor:
        return 0
    try:
        partner_id, epoch, sequence = _signer.unsign_object(cursor)
    except (BadSignature, ValueError):
        raise BadCursor from None
    if partner_id != str(partner.pk):
        raise BadCursor
    if epoch != str(partner.feed_epoch) or sequence > partner.feed_sequence:
        raise CursorExpired
    return sequence
