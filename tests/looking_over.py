"""Looking a loaded page over: with axe as it stands, for its contrast in the dark, and for its width on a phone."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

_LOOKS = Path(__file__).with_suffix(".js").read_text()
_DESK: ViewportSize = {"width": 1280, "height": 720}
_PHONE: ViewportSize = {"width": 320, "height": 640}


def lend_eyes(window: BrowserContext) -> None:
    """Let every page that is opened in ``window`` from now on be looked over."""
    window.add_init_script(AXE_SCRIPT + _LOOKS)


def looked_over(page: Page) -> list[str]:
    """What is wrong with ``page``, each line with its kind and the element; a mere part of a page is not judged."""
    if not _is_whole(page):
        return []
    found = _lines(page, "everything", "inaccessible") + _lines(page, "contrastInTheDark", "unreadable in the dark")
    page.set_viewport_size(_PHONE)
    found += _lines(page, "width", "wider than a phone")
    page.set_viewport_size(_DESK)
    return found


def looked_over_from_right_to_left(page: Page) -> list[str]:
    if not _is_whole(page):
        return []
    mirrored = [] if page.evaluate("document.dir") == "rtl" else ["written from left to right"]
    return mirrored + _lines(page, "everything", "inaccessible")


def _is_whole(page: Page) -> bool:
    """Whether it has a head and a body of its own. A page of which nothing is shown fails at once."""
    is_whole = page.evaluate("document.doctype !== null")
    if is_whole:
        expect(page.locator("body")).to_be_visible()
    return is_whole


def _lines(page: Page, look: str, kind: str) -> list[str]:
    return [f"{kind}: {line}" for line in page.evaluate(f"lookOver.{look}()")]
