"""Which cues of one language say what a cue of another says: found by time, since translations share their timing."""

from collections.abc import Sequence

from localization.formats import Cue


def overlap_ms(one: Cue, other: Cue) -> int:
    """For how long both are on the screen; below 0 the pause between them.

    >>> overlap_ms(Cue(0, 1000, "a"), Cue(800, 2000, "b")), overlap_ms(Cue(0, 500, "a"), Cue(800, 900, "b"))
    (200, -300)
    """
    return min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)


def beside(cues: Sequence[Cue], source: Sequence[Cue]) -> list[list[Cue]]:
    """For each of ``cues`` the cues of ``source`` that it shares most time with; none is given twice.

    >>> spanish = [Cue(0, 1000, "Hola."), Cue(2000, 4000, "¿Qué? ¡No!")]
    >>> english = [Cue(0, 900, "Hi."), Cue(2000, 2800, "What?"), Cue(3000, 4000, "No!"), Cue(9000, 9500, "Ah.")]
    >>> [[cue.text for cue in told] for told in beside(spanish, english)]
    [['Hi.'], ['What?', 'No!']]
    """
    told: list[list[Cue]] = [[] for _cue in cues]
    for cue in source:
        shared = [overlap_ms(cue, each) for each in cues]
        longest = max(shared, default=0)
        if longest > 0:
            told[shared.index(longest)].append(cue)
    return told
