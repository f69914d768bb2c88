"""Pictures from outside: judged by their header before a pixel is decoded, then re-encoded as JPEG."""

import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
MOST_BYTES = 40_000_000
JPEG_QUALITY = 92


class Unusable(Exception):
    """The picture cannot be taken; the text is one plain sentence."""


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture: JPEG bytes, their SHA-256, and the size in pixels."""

    jpeg: bytes
    sha256: str
    width_px: int
    height_px: int


def open_picture(source: BinaryIO) -> Picture:
    """Decode and re-encode a JPEG, PNG or WebP. Raises Unusable for anything else and for decompression bombs."""
    data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unusable(_("The picture is larger than %d MB; save it smaller.") % (MOST_BYTES // 1_000_000))
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            size = f"{image.width}x{image.height}"
            raise Unusable(_("The picture has %s pixels; at most 40 million are taken. Save it smaller.") % size)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except Unusable:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise Unusable(_("This is not a JPEG, PNG or WebP picture, or it is damaged; export it again.")) from None
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    jpeg = out.getvalue()
    return Picture(jpeg, hashlib.sha256(jpeg).hexdigest(), upright.width, upright.height)
