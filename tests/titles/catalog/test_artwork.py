import io

import pytest
from PIL import Image

from titles.catalog.models import Artwork, Series
from titles.catalog.pictures import Unusable, open_picture


@pytest.fixture
def heiress(in_lantern):
    return Series.objects.create(slug="heiress", title_en="Heiress")


def picture(kind="PNG", size=(30, 45), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#a02040").save(out, kind, **options)
    return io.BytesIO(out.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_re_encoded_as_jpeg_and_measured(heiress, kind):
    artwork = Artwork.keep(picture(kind), series=heiress)

    with artwork.file.open("rb") as kept:
        content = kept.read()
    assert (content[:3], len(content)) == (b"\xff\xd8\xff", artwork.size_bytes)
    assert (artwork.width_px, artwork.height_px) == (30, 45)


def test_the_same_picture_is_kept_once(heiress):
    assert Artwork.keep(picture(), series=heiress) == Artwork.keep(picture(), series=heiress)


def test_a_turned_photograph_is_kept_upright(heiress):
    exif = Image.Exif()
    exif[0x0112] = 6
    artwork = Artwork.keep(picture("JPEG", exif=exif), series=heiress)

    assert (artwork.width_px, artwork.height_px) == (45, 30)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"GIF89a" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture().getvalue()[:40],
    ],
    ids=["empty", "text", "gif", "svg", "cut off"],
)
def test_what_is_not_a_picture_is_refused_with_a_sentence(content):
    with pytest.raises(Unusable, match="not a JPEG, PNG or WebP picture, or it is damaged"):
        open_picture(io.BytesIO(content))


def test_a_bomb_is_refused_by_its_header():
    bomb = io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(bomb, "PNG")
    bomb.seek(0)

    with pytest.raises(Unusable, match="13000x13000"):
        open_picture(bomb)
