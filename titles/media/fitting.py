"""Fits a sound to a picture that is packaged already: one more stream, its peaks, and a mezzanine of both.

Not one byte of the picture is encoded or written again, but for the copy in the mezzanine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from titles.media.ladder import Cadence
from titles.media.mezzanines import join
from titles.media.mixing import mix
from titles.media.packaging import SHELF, package_sound
from titles.media.streams import PictureFacts, SoundFacts
from titles.media.waveform import PEAKS, write_peaks
from titles.media.workshop import Workshop


@dataclass(frozen=True)
class Fitted:
    """What was made: the folder of the stream on the workshop's shelf, and the mezzanine in the workshop."""

    facts: SoundFacts
    shelf: Path
    mezzanine: Path


def fit(workshop: Workshop, stems: Sequence[Path], *, picture: PictureFacts, film: Path) -> Fitted:
    """Fit ``stems`` (samples as hearing leaves them) to ``picture``, which lies in the workshop as ``film``.

    Raises LengthDiffers, FramesLost, SegmentsUneven, MezzanineDiffers, and what Workshop.run raises.
    """
    mixed = mix(workshop, stems, duration_s=picture.frame_count / picture.frame_rate)
    facts = package_sound(workshop, mixed.file, cadence=Cadence(picture.frame_rate), packet_count=mixed.packets)
    shelf = workshop.folder / SHELF / facts.digest
    write_peaks(workshop, mixed.file, shelf / PEAKS, channels=facts.channels)
    mezzanine = join(workshop, film, mixed.file, name="mezzanine.mp4", frame_count=picture.frame_count)
    return Fitted(facts, shelf, mezzanine)
