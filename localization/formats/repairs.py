"""What was mended while a file was read, as sentences for the person who imports it."""

MOST_LINES_NAMED = 5
MOST_SENTENCES = 100


class Repairs:
    """Collects remarks and the lines they are about; a remark made twice becomes one sentence.

    >>> repairs = Repairs()
    >>> repairs.note("a point stood for the comma in the times.", line=2)
    >>> repairs.note("a point stood for the comma in the times.", line=6)
    >>> repairs.note("the file is in Shift-JIS.")
    >>> repairs.sentences()
    ['Lines 2 and 6: a point stood for the comma in the times.', 'The file is in Shift-JIS.']
    """

    def __init__(self) -> None:
        self._lines: dict[str, list[int]] = {}

    def note(self, remark: str, *, line: int | None = None) -> None:
        """Keep ``remark``, a sentence that starts in lower case and ends with a full stop."""
        lines = self._lines.setdefault(remark, [])
        if line is not None and line not in lines[-1:]:
            lines.append(line)

    def sentences(self) -> list[str]:
        """Return the remarks in the order in which they were first made, never more than a page can show."""
        sentences = [_sentence(remark, lines) for remark, lines in self._lines.items()]
        left_out = len(sentences) - MOST_SENTENCES
        if left_out > 0:
            sentences[MOST_SENTENCES:] = [f"{left_out} more kinds of repair are not listed."]
        return sentences


def _sentence(remark: str, lines: list[int]) -> str:
    if not lines:
        return remark[0].upper() + remark[1:]
    if len(lines) == 1:
        return f"Line {lines[0]}: {remark}"
    named = [str(line) for line in lines[:MOST_LINES_NAMED]]
    more = len(lines) - len(named)
    last = f"{more} more" if more else named.pop()
    return f"Lines {', '.join(named)} and {last}: {remark}"
