"""Judges masters again by the limits of today, from what was measured in them: no file is opened.

First as a preview (what would change), then for good. A master without measurements is left as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from titles.media.checking import Inspection
from titles.media.duplicates import one_at_a_time
from titles.media.inspecting import keep, state_after, stills_of, with_duplicate
from titles.media.judging import Finding, judge
from titles.media.limits import MediaLimits
from titles.media.models import Master


@dataclass(frozen=True)
class Ruling:
    """What judging one master again would change."""

    master: Master
    state: str
    """The state that it would come to."""
    new: tuple[Finding, ...]
    """What would be found that is not among its findings."""
    gone: tuple[str, ...]
    """Rules that would find nothing any more."""

    @property
    def changes_anything(self) -> bool:
        return bool(self.new or self.gone or self.state != self.master.state)


def rulings(masters: Iterable[Master], limits: MediaLimits) -> Iterator[Ruling]:
    """Yield what would change for each of ``masters`` that was ever measured. Needs a scope."""
    for master in masters:
        inspection = _judged(master, limits)
        if inspection is not None:
            yield _ruling(master, inspection)


def judge_again(masters: Any, limits: MediaLimits) -> int:
    """Judge each of ``masters``, a queryset, by ``limits`` and keep what is found; return how many changed."""
    with transaction.atomic():
        one_at_a_time()
        changed = [ruling.master for ruling in rulings(masters, limits) if ruling.changes_anything]
        for master in changed:
            inspection = _judged(master, limits)
            if inspection is not None:
                keep(inspection, master=master, limits=limits, stills=stills_of(master))
    return len(changed)


def _judged(master: Master, limits: MediaLimits) -> Inspection | None:
    if not master.inspection:
        return None
    stored = Inspection.from_json(master.inspection)
    if stored.probe is None or stored.measured is None:
        return None
    return with_duplicate(replace(stored, findings=judge(stored.probe, stored.measured, limits)), master, limits)


def _ruling(master: Master, inspection: Inspection) -> Ruling:
    """A finding that says something else is a new one, whatever its rule said before."""
    known = {(found.rule, found.code, str(found.limit)) for found in master.findings.all()}
    rules = {found.rule for found in inspection.findings}
    waived = [waiver.rule for waiver in master.waivers.all()]
    return Ruling(
        master=master,
        state=state_after(inspection, waived),
        new=tuple(found for found in inspection.findings if (found.rule, found.code, str(found.limit)) not in known),
        gone=tuple(sorted({rule for rule, _code, _limit in known} - rules)),
    )
