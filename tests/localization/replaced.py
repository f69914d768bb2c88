"""A picture of sixty seconds that is replaced by one without the two seconds from 0:31 on, and its subtitles."""

from titles.catalog.models import Cut
from titles.media.aligning import Fate, Passage
from titles.media.models import Alignment, Master

CUT_OUT = (
    Passage(0, 31_000, Fate.FOUND, 0),
    Passage(31_000, 33_000, Fate.REMOVED),
    Passage(33_000, 60_000, Fate.FOUND, -2_000),
)
ALL_THE_SAME = (Passage(0, 60_000, Fate.FOUND, 0),)
#: Before the cut, in it, and after it.
SRT = (
    "1\n00:00:01,000 --> 00:00:02,500\n{language}: You lied to me.\n\n"
    "2\n00:00:31,200 --> 00:00:32,500\n{language}: In my own house.\n\n"
    "3\n00:00:40,000 --> 00:00:41,000\n{language}: Get out.\n"
)
#: Nothing in the removed part.
CLEAR = (
    "1\n00:00:01,000 --> 00:00:02,500\n{language}: You lied to me.\n\n"
    "2\n00:00:40,000 --> 00:00:41,000\n{language}: Get out.\n"
)


def accept_master(cut: Cut, *, number: int = 2, duration_ms: int = 58_000, state: str = "accepted") -> Master:
    return Master.objects.create(
        cut=cut,
        number=number,
        file=f"{cut.studio_id}/{number}.mp4",
        original_name=f"episode v{number}.mp4",
        size_bytes=1,
        sha256=f"{number:064}",
        state=state,
        inspection={"verdict": state, "probe": {"video": {"duration_ms": duration_ms}}, "measured": {}, "findings": []},
    )


def compared(old: Master, new: Master, passages: tuple[Passage, ...] = CUT_OUT) -> Alignment:
    return Alignment.objects.create(
        old_master=old,
        new_master=new,
        passages=[passage.to_json() for passage in passages],
        confidence=0.93,
        old_duration_ms=60_000,
        new_duration_ms=58_000,
        old_contour=[40, 100, 60, 0, 80, 90] * 20,
        new_contour=[40, 100, 60, 0, 80] * 22,
    )
