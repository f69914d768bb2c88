import base64
import hashlib
import io
import json

import pytest
from PIL import Image, ImageChops

from tests.browsing import CHROMIUM, browser, chromium
from titles.media.painting import FONTS, Unpaintable, lines_that_fit, outlined, paint_line, width_px

__all__ = ["browser", "chromium"]

SIZE_PX = 64
#: Edges are smoothed in other ways, so that pixels there differ. As a share of all ink it is 4 to 8 %; a letter in the
#: wrong place, or a mark that does not stand where it belongs, is 15 % and more.
MOST_INK_OFF = 0.10
MOST_PX_OFF = 2
WITHOUT_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None, reason="the comparisons with a browser's text (5 tests) need Chromium: apt install chromium"
)
TEXTS = {
    "Arabic with digits": ("ar", "هل دفعت 42 دولارا (مرتين)؟", "NotoSansArabic_500Medium.ttf"),
    "Arabic with Latin": ("ar", "قال John لي: لا!", "NotoSansArabic_500Medium.ttf"),
    "Japanese": ("ja", "嘘をついたのは君だ。42万円!", "NotoSansJP_500Medium.ttf"),
    "Thai": ("th", "ที่นี่ไม่มีน้ำใจ กตัญญู ปู่ย่า", "NotoSansThai_500Medium.ttf"),
    "Chinese": ("zh-Hans", "你骗了我,对吗?", "NotoSansSC_500Medium.ttf"),
}


def painted(text, language):
    return _ink(paint_line(text, language=language, size_px=SIZE_PX).mask)


def in_browser(browser, text, language, *files):
    """The same text as Chromium shows it, in the same fonts, in white on black."""
    fonts = [base64.b64encode((FONTS / name).read_bytes()).decode() for name in files]
    faces = "".join(
        f"@font-face {{ font-family: f{number}; src: url(data:font/ttf;base64,{font}) }}"
        for number, font in enumerate(fonts)
    )
    family = ", ".join(f"f{number}" for number in range(len(files)))
    look = f"font: {SIZE_PX}px {family}; text-rendering: geometricPrecision; white-space: pre; padding: 1em"
    page = browser.new_page(viewport={"width": 1200, "height": 300})
    page.set_content(
        f"<style>{faces} body {{ background: black; color: white }}</style>"
        f'<span id="text" lang="{language}" dir="auto" style="display: inline-block; {look}"></span>'
    )
    page.evaluate("text => document.querySelector('#text').textContent = text", text)
    page.evaluate("document.fonts.ready")
    shown = page.locator("#text").screenshot()
    page.close()
    return _ink(_opened(shown))


def _opened(content):
    return Image.open(io.BytesIO(content)).convert("L")


def _ink(picture):
    """The part of ``picture`` in which something is."""
    return picture.crop(picture.point(lambda value: 255 if value > 40 else 0).getbbox())


def ink_off(one, other):
    """How much of all ink is in one picture and not in the other, 0 to 1, where they lie best upon each other."""
    reach = range(-MOST_PX_OFF, MOST_PX_OFF + 1)
    return min(_ink_off(one, other, left_px, top_px) for left_px in reach for top_px in reach)


def _ink_off(one, other, left_px, top_px):
    size = max(one.width, other.width) + 2 * MOST_PX_OFF, max(one.height, other.height) + 2 * MOST_PX_OFF
    sheets = Image.new("L", size), Image.new("L", size)
    sheets[0].paste(one, (MOST_PX_OFF, MOST_PX_OFF))
    sheets[1].paste(other, (MOST_PX_OFF + left_px, MOST_PX_OFF + top_px))
    return _amount(ImageChops.difference(*sheets)) / _amount(ImageChops.lighter(*sheets))


def _amount(picture):
    return sum(value * count for value, count in enumerate(picture.histogram()))


@pytest.mark.browser
@WITHOUT_CHROMIUM
@pytest.mark.parametrize("name", TEXTS)
def test_text_stands_as_a_browser_sets_it(browser, name):
    language, text, font = TEXTS[name]

    ours, theirs = painted(text, language), in_browser(browser, text, language, font, "NotoSans_500Medium.ttf")

    assert abs(ours.width - theirs.width) <= MOST_PX_OFF
    assert abs(ours.height - theirs.height) <= MOST_PX_OFF
    assert ink_off(ours, theirs) <= MOST_INK_OFF


def test_the_measure_notices_digits_that_are_turned_round():
    right, wrong = painted("هل دفعت 42 دولارا", "ar"), painted("هل دفعت 24 دولارا", "ar")

    assert ink_off(right, wrong) > MOST_INK_OFF


def test_a_character_that_no_font_has_is_named():
    with pytest.raises(Unpaintable, match=r"U\+1F600 GRINNING FACE"):
        paint_line("Ha 😀", language="en", size_px=SIZE_PX)


def test_other_scripts_come_from_other_fonts():
    mixed = width_px("John 嘘 ที่", language="en", size_px=SIZE_PX)

    parts = [width_px(text, language="en", size_px=SIZE_PX) for text in ("John ", "嘘 ", "ที่")]
    assert mixed == pytest.approx(sum(parts), abs=2)


def test_marks_of_direction_are_not_painted():
    plain, marked = painted("You lied.", "en"), painted("\u200eYou\u2066 lied\u2069.\u200f", "en")

    assert ink_off(plain, marked) == 0


@pytest.mark.parametrize(("language", "text"), [("en", "You lied to me in my own house"), ("ja", "嘘をついたのは君だ")])
def test_a_line_that_is_too_wide_is_broken(language, text):
    lines = list(lines_that_fit(text, language=language, size_px=40, most_px=300))

    assert (" " if language == "en" else "").join(lines) == text
    assert len(lines) > 1
    assert all(width_px(line, language=language, size_px=40) <= 300 for line in lines)


def test_an_outline_is_as_wide_as_its_radius():
    dot = Image.new("L", (21, 21))
    dot.putpixel((10, 10), 255)

    assert outlined(dot, 4).getbbox() == (6, 6, 15, 15)


def test_the_fonts_are_those_of_the_lock_with_their_licences():
    lock = json.loads((FONTS / "lock.json").read_text())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")}

    assert found == {entry["file"]: entry["sha256"] for entry in lock}
    assert {entry["licence"] for entry in lock} == {"OFL-1.1"}
    assert {path.name for path in FONTS.glob("*.txt")} == {f"{entry['file'][:-4]}.OFL.txt" for entry in lock}
