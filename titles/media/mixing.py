"""Makes the sound that goes into a package of the files that somebody mixed: one file, or stems on top of each other.

It gets the target loudness, and exactly the length of the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from titles.media.hearing import SAMPLES, measure_samples
from titles.media.leveling import SOUND_HZ, leveling
from titles.media.workshop import Workshop

STEP = "mix"

_KBPS = 128
_AAC = ("-c:a", "aac", "-profile:a", "aac_low", "-b:a", f"{_KBPS}k", "-ar", f"{SOUND_HZ}", "-ac", "2")
_PLAIN = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")


class LengthDiffers(Exception):
    """The sound does not end with the picture."""


@dataclass(frozen=True)
class MixedSound:
    """A verified MP4 in the workshop's folder."""

    file: Path
    packets: int


def mix(workshop: Workshop, stems: Sequence[Path], *, duration_s: Fraction, name: str = "mix") -> MixedSound:
    """Encode what ``stems`` (samples as hearing leaves them) sound like together, as long as the picture.

    Raises LengthDiffers and what Workshop.run raises.
    """
    inputs = [argument for stem in stems for argument in (*SAMPLES, "-i", stem.name)]
    graph = _together(len(stems))
    loudness = measure_samples(workshop, STEP, inputs, graph)
    samples = round(duration_s * SOUND_HZ)
    steps = [
        *leveling(loudness),
        f"aresample={SOUND_HZ}",
        "aformat=sample_fmts=fltp",
        f"apad=whole_len={samples},atrim=end_sample={samples}",
    ]
    file = workshop.folder / f"{name}.mp4"
    workshop.run(
        STEP,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-y", "-v", "warning", *inputs),
        *("-filter_complex", f"{graph};[sound]{','.join(steps)}[leveled]", "-map", "[leveled]"),
        *(*_AAC, *_PLAIN, file.name),
    )
    return MixedSound(file, _packets(workshop, file, duration_s))


def _together(stems: int) -> str:
    """Add the stems as they are; a shorter one is followed by silence."""
    if stems == 1:
        return "[0:a]anull[sound]"
    return "".join(f"[{number}:a]" for number in range(stems)) + f"amix=inputs={stems}:normalize=0[sound]"


def _packets(workshop: Workshop, file: Path, duration_s: Fraction) -> int:
    (said,) = workshop.streams_of(STEP, file, "nb_frames", "duration")
    if abs(Fraction(said["duration"]) - duration_s) > Fraction(1024, SOUND_HZ):
        raise LengthDiffers(f"The picture lasts {float(duration_s):.3f} s, and the sound {said['duration']} s.")
    return int(said["nb_frames"])
