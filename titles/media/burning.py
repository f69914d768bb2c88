"""Makes a film with its subtitles in the picture: cues painted to transparent strips, and laid over it by ffmpeg.

The strips are one input, a list of images with durations, so that memory does not grow with the number of cues. They
are TGA: the bundled ffmpeg reads no PNG.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from PIL import Image

from titles.media.ladder import Quality
from titles.media.painting import Line, lines_that_fit, outlined, paint_line, width_px
from titles.media.sandbox import Limits
from titles.media.streams import PictureFacts
from titles.media.workshop import Workshop

STEP = "burn in"
PAINTING_STEP = "paint"

_BEYOND_S = 60
_LIST = "cues.ffconcat"
_BLANK = "blank.tga"
_ASCENT, _LINE = 1.1, 1.4
"""Of the size: room above the base line for Thai marks and Arabic points, and from one base line to the next."""
_TIMES = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})\s+-->\s+(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})")
_PROGRESS = ("-progress", "pipe:1", "-stats_period", "0.5", "-nostats")
_TAG = re.compile(r"<[^>]*>")
_BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


class BurnedDiffers(Exception):
    """The film with burned-in subtitles does not have the frames of the one without."""


@dataclass(frozen=True)
class Style:
    """How burned-in subtitles look, in shares of the picture's height."""

    name: str = "standard"
    size: float = 0.034
    outline: float = 0.0032
    bottom: float = 0.2
    """How much of the picture stays free below: partners' apps put their buttons there."""
    width: float = 0.88
    """The widest a line may be, as a share of the picture's width."""

    @property
    def digest(self) -> str:
        return sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()


STANDARD = Style()


@dataclass(frozen=True)
class TimedText:
    """What is shown from one moment to another."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class Burned:
    """A verified MP4 in the workshop's folder, with the sound of the film it was made from."""

    file: Path
    frame_count: int


def cues_in(webvtt: str) -> list[TimedText]:
    r"""Read the cues of a WebVTT file as localization writes it, without markup.

    >>> cues_in("WEBVTT\n\n1\n00:01.000 --> 00:02.500 line:80%\n<i>You lied</i> &amp;\nleft.\n")
    [TimedText(start_ms=1000, end_ms=2500, text='You lied &\nleft.')]
    """
    cues = []
    for block in re.split(r"\n{2,}", webvtt.replace("\r\n", "\n")):
        lines = block.split("\n")
        at = next((number for number, line in enumerate(lines[:2]) if _TIMES.match(line)), None)
        if at is not None:
            text = html.unescape(_TAG.sub("", "\n".join(lines[at + 1 :]))).strip()
            cues.append(TimedText(*_times(lines[at]), text))
    return cues


def _times(line: str) -> tuple[int, int]:
    found = _TIMES.match(line)
    numbers = [int(number or 0) for number in found.groups()] if found else []
    return tuple(  # type: ignore[return-value]
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
        for hours, minutes, seconds, ms in (numbers[:4], numbers[4:])
    )


def on_time_line(cues: Sequence[TimedText], *, duration_ms: int) -> list[TimedText]:
    """Return what is shown at every moment of a film, nothing included; cues at the same time stand below each other.

    >>> cues = [TimedText(1, 3, "a"), TimedText(2, 9, "b")]
    >>> [(each.start_ms, each.text) for each in on_time_line(cues, duration_ms=5)]
    [(0, ''), (1, 'a'), (2, 'a\\nb'), (3, 'b')]
    """
    edges = {0, duration_ms, *(edge for cue in cues for edge in (cue.start_ms, cue.end_ms))}
    moments = sorted(edge for edge in edges if 0 <= edge <= duration_ms)
    spans = []
    for start_ms, end_ms in zip(moments, moments[1:], strict=False):
        shown = [cue.text for cue in cues if cue.start_ms <= start_ms and end_ms <= cue.end_ms]
        spans.append(TimedText(start_ms, end_ms, "\n".join(shown)))
    return spans


def burn_in(
    workshop: Workshop,
    film: Path,
    cues: Sequence[TimedText],
    *,
    picture: PictureFacts,
    language: str,
    quality: Quality,
    cap_kbps: int,
    style: Style = STANDARD,
    on_progress: Callable[[float], None] | None = None,
) -> Burned:
    """Encode ``film``, an MP4 of ``picture`` with sound in the workshop's folder, with ``cues`` in it.

    ``on_progress`` gets the share that is done, 0 to 1.
    Raises Unpaintable, BurnedDiffers, and what Workshop.run raises.
    """
    spans = on_time_line(cues, duration_ms=picture.duration_ms)
    with workshop.own_work(PAINTING_STEP):
        top_px = _paint(workshop.folder, spans, picture, language, style)
    file, recipe = workshop.folder / "burned.mp4", quality.recipe
    seconds = picture.duration_ms // 1000 + 1
    workshop.run(
        STEP,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-y", "-v", "warning", *_PROGRESS, "-i", film.name, "-f", "concat", "-i", _LIST),
        *("-filter_complex", f"[0:v][1:v]overlay=0:{top_px}:shortest=1,format=yuv420p,{_BT709}[burned]"),
        *("-map", "[burned]", "-map", "0:a", "-c:a", "copy", "-fps_mode", "passthrough"),
        *("-c:v", "libx264", "-preset", recipe.preset, "-profile:v", "high", "-crf", str(recipe.crf), "-threads", "1"),
        *("-maxrate", f"{cap_kbps}k", "-bufsize", f"{2 * cap_kbps}k", "-flags:v", "+bitexact"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", file.name),
        on_line=_counted(picture.frame_count, on_progress) if on_progress else None,
        limits=Limits(cpu_s=120 + 30 * seconds, wall_s=240 + 60 * seconds),
    )
    found = workshop.streams_of(STEP, file, "nb_frames")
    if int(found[0]["nb_frames"]) != picture.frame_count:
        counted = found[0]["nb_frames"]
        raise BurnedDiffers(f"There are {counted} frames with subtitles, and {picture.frame_count} without.")
    return Burned(file, picture.frame_count)


def _counted(frame_count: int, on_progress: Callable[[float], None]) -> Callable[[str], None]:
    """Return what reads ffmpeg's progress line by line, and tells the share of the frames that are done."""

    def read(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "frame":
            on_progress(min(1.0, int(value) / frame_count))

    return read


def _paint(folder: Path, spans: Sequence[TimedText], picture: PictureFacts, language: str, style: Style) -> int:
    """Paint a strip for every text, and list them; return how far below the picture's top the strips lie."""
    painter = _Painter(picture.width_px, picture.height_px, language, style)
    texts = {span.text for span in spans}
    lines = {text: painter.lines(text) for text in texts}
    rows = max((len(each) for each in lines.values()), default=0) or 1
    names = {text: f"cue-{number}.tga" if text else _BLANK for number, text in enumerate(sorted(texts))}
    for text, name in names.items():
        painter.strip(lines[text], rows).save(folder / name, compression="tga_rle")
    entries = [f"file {names[span.text]}\nduration {(span.end_ms - span.start_ms) / 1000:.3f}\n" for span in spans]
    last = f"file {names[spans[-1].text]}\nduration {_BEYOND_S}\n"  # so that it is the film that ends first
    (folder / _LIST).write_text("".join(["ffconcat version 1.0\n", *entries, last]))
    return painter.top_px(rows)


@dataclass(frozen=True)
class _Painter:
    """Paints strips as wide as the picture, with the last line always at the same height."""

    width_px: int
    height_px: int
    language: str
    style: Style

    @property
    def size_px(self) -> float:
        """Of the em. Letters follow the longer side, so that they are as large in a landscape picture."""
        return max(self.width_px, self.height_px) * self.style.size

    @property
    def outline_px(self) -> float:
        return max(1.0, max(self.width_px, self.height_px) * self.style.outline)

    def _strip_px(self, rows: int) -> int:
        return round((_ASCENT + _LINE * (rows - 1) + 0.5) * self.size_px + 2 * self.outline_px)

    def top_px(self, rows: int) -> int:
        return max(0, round(self.height_px * (1 - self.style.bottom)) - self._strip_px(rows))

    def lines(self, text: str) -> list[Line]:
        """Break, and where a word is wider than the picture make smaller."""
        most_px = self.width_px * self.style.width
        broken = list(lines_that_fit(text, language=self.language, size_px=self.size_px, most_px=most_px))
        return [self._line(line, most_px) for line in broken]

    def _line(self, text: str, most_px: float) -> Line:
        wide_px = width_px(text, language=self.language, size_px=self.size_px)
        shrunk = min(1.0, most_px / wide_px) if wide_px else 1.0
        return paint_line(text, language=self.language, size_px=self.size_px * shrunk)

    def strip(self, lines: Sequence[Line], rows: int) -> Image.Image:
        """White letters with a black outline on nothing."""
        letters = Image.new("L", (self.width_px, self._strip_px(rows)))
        for row, line in enumerate(lines, start=rows - len(lines)):
            base_px = self.outline_px + (_ASCENT + _LINE * row) * self.size_px
            left_px = (self.width_px - line.advance_px) / 2 + line.left_px
            letters.paste(line.mask, (round(left_px), round(base_px) + line.top_px))
        strip = Image.new("RGBA", letters.size)
        black, white = Image.new("RGBA", letters.size, "black"), Image.new("RGBA", letters.size, "white")
        black.putalpha(outlined(letters, self.outline_px))
        white.putalpha(letters)
        return Image.alpha_composite(Image.alpha_composite(strip, black), white)
