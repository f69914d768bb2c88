"""Reads SRT leniently, as editors expect, and says what it had to mend.

SRT has no standard; a cue is a line of times, the number above it and the text below it. The times are the
one thing that cannot be guessed, so everything hangs on them: a damaged line of times refuses the file, while
missing numbers, missing or surplus blank lines and stray words are mended.
"""

from localization.formats.cue_settings import read_settings
from localization.formats.document import Cue, Document, Unreadable
from localization.formats.ordering import Placed, in_order
from localization.formats.repairs import Repairs
from localization.formats.scanning import ASCII_DIGITS
from localization.formats.srt_markup import from_srt
from localization.formats.srt_times import Times, read_times

LONGEST_NUMBER = 9

Line = tuple[int, str]


def read_srt(text: str, repairs: Repairs) -> Document:
    """Read ``text``, whose lines end in LF and which holds no NUL.

    Raises Unreadable for damaged times (with their line) and for a file without a single cue.
    """
    file = _File(repairs)
    for number, line in enumerate(text.split("\n"), start=1):
        times = read_times(line, number)
        if times is None:
            file.add_line(number, line)
        else:
            file.start_cue(number, times)
    file.end_cue()
    if not file.cues:
        raise Unreadable(
            "There is not one subtitle in this file: no line of times like "
            "00:00:01,000 --> 00:00:02,500 was found. Export the subtitles as SRT or WebVTT and try again."
        )
    return Document(in_order(file.cues, repairs))


class _File:
    """One file being read: the cues so far, the cue at hand and the lines below its times."""

    def __init__(self, repairs: Repairs) -> None:
        self.repairs = repairs
        self.cues: list[Placed] = []
        self.below: list[Line] = []
        self.times: Times | None = None
        self.times_at = 0
        self.number = ""

    def add_line(self, number: int, line: str) -> None:
        """Keep a line that holds no times; of blank ones in a row the first is enough."""
        if line.strip() or not self.below or self.below[-1][1].strip():
            self.below.append((number, line))

    def start_cue(self, line: int, times: Times) -> None:
        """End the cue at hand and begin the one whose times stand on ``line``."""
        number = self._take_number()
        self.end_cue()
        self._note_number(number, line)
        self.times, self.times_at, self.number = times, line, number
        for remark in times.remarks:
            self.repairs.note(remark, line=line)

    def end_cue(self) -> None:
        """Make a cue of what has been gathered. Words above the first cue belong to none."""
        lines = self._text_lines()
        self.below = []
        if self.times is None:
            for line, _ in lines:
                self.repairs.note("the words above the first cue were left out.", line=line)
            return
        settings, first = self._read_rest(self.times.rest)
        reading = from_srt("\n".join(first + [text for _, text in lines]))
        for remark in reading.remarks:
            self.repairs.note(remark, line=self.times_at)
        cue = Cue(self.times.start_ms, self.times.end_ms, reading.text, self.number, reading.settings | settings)
        self.cues.append((self.times_at, cue))

    def _take_number(self) -> str:
        """Take the number of the next cue off the lines gathered for this one, or return an empty string."""
        if not self.below:
            return ""
        line, last = self.below[-1]
        if _is_number(last):
            self.below.pop()
            if self.times is not None and self.below and self.below[-1][1].strip():
                self.repairs.note("the blank line above the cue was missing.", line=line)
            return last.strip()
        if last.strip():
            if self.times is not None:
                self.repairs.note("the blank line above the cue was missing.", line=line + 1)
            return ""
        return self._take_number_above_blank_lines()

    def _take_number_above_blank_lines(self) -> str:
        """Some files are double-spaced. Then only the number that counts on is not part of the text."""
        *above, (line, last) = self.below[-3:-1] or [(0, "")]
        stands_alone = not (above and above[-1][1].strip())
        if not _is_number(last) or not stands_alone or int(last) != int(self.number or 0) + 1:
            return ""
        del self.below[-2:]
        self.repairs.note("a blank line between the number and the times was closed up.", line=line + 1)
        return last.strip()

    def _note_number(self, number: str, line: int) -> None:
        if not number:
            self.repairs.note("the cue had no number.", line=line)
        elif self.number and int(number) != int(self.number) + 1:
            self.repairs.note("the numbers do not count on from here; they are counted anew on export.")

    def _text_lines(self) -> list[Line]:
        """Return the lines that say something; blank ones inside a text cannot be kept."""
        said = [(line, text) for line, text in self.below if text.strip()]
        if said and said[-1][0] - said[0][0] >= len(said):
            self.repairs.note("a blank line inside the text was closed up.", line=said[0][0])
        return said

    def _read_rest(self, rest: str) -> tuple[dict[str, str], list[str]]:
        """Read what stands behind the times: settings or coordinates, else the first words of the text."""
        if not rest:
            return {}, []
        if not all(":" in word for word in rest.split()):
            self.repairs.note("the text began on the line of the times.", line=self.times_at)
            return {}, [rest]
        settings = read_settings(rest)
        if settings.unknown:
            self.repairs.note("the coordinates behind the times were left out.", line=self.times_at)
        return settings.valid, []


def _is_number(line: str) -> bool:
    digits = line.strip()
    return 0 < len(digits) <= LONGEST_NUMBER and ASCII_DIGITS.issuperset(digits)
