"""What a format cannot hold, as sentences for the person who exports."""

MOST_CUES_NAMED = 5


class Losses:
    """Collects what was dropped or changed on the way out, and from which cues (counted from 1).

    >>> losses = Losses()
    >>> losses.note("the names of speakers", 1)
    >>> losses.note("the names of speakers", 3)
    >>> losses.note("style sheets")
    >>> losses.sentences()
    ['Not kept in cues 1 and 3: the names of speakers.', 'Not kept: style sheets.']
    """

    def __init__(self) -> None:
        self._cues: dict[str, list[int]] = {}

    def note(self, what: str, cue: int | None = None) -> None:
        cues = self._cues.setdefault(what, [])
        if cue is not None:
            cues.append(cue)

    def sentences(self) -> list[str]:
        return [f"Not kept{_where(cues)}: {what}." for what, cues in self._cues.items()]


def _where(cues: list[int]) -> str:
    if not cues:
        return ""
    if len(cues) == 1:
        return f" in cue {cues[0]}"
    named = [str(cue) for cue in cues[:MOST_CUES_NAMED]]
    more = len(cues) - len(named)
    last = f"{more} more" if more else named.pop()
    return f" in cues {', '.join(named)} and {last}"
