"""Something like speech, the same in every run: syllables of tones and hiss with pauses between them."""

import math
import random
from array import array
from pathlib import Path

from tests.titles.media.footage import made
from titles.media.workshop import Programs, Workshop

HZ = 8_000


def speech(seconds: float, *, seed: int = 1) -> "array[int]":
    """So many seconds of 16-bit samples at ``HZ``."""
    chance = random.Random(seed)
    samples = array("h")
    while len(samples) < seconds * HZ:
        samples.extend(_syllable(chance))
        if chance.random() < 0.35:
            samples.extend(chance.randint(-12, 12) for _sample in range(int(HZ * chance.uniform(0.02, 0.3))))
    return samples[: int(seconds * HZ)]


def _syllable(chance: random.Random) -> list[int]:
    length = int(HZ * chance.uniform(0.06, 0.25))
    loud = chance.uniform(2_000, 9_000)
    tones = [(2 * math.pi * chance.uniform(250, 3_500) / HZ, chance.uniform(0, 6)) for _tone in range(2)]
    if chance.random() < 0.3:
        sound = [chance.uniform(-0.6, 0.6) for _sample in range(length)]
    else:
        (low, first), (high, second) = tones
        sound = [(math.sin(low * at + first) + math.sin(high * at + second)) / 2 for at in range(length)]
    return [int(loud * math.sin(math.pi * at / length) * each) for at, each in enumerate(sound)]


def between(samples: "array[int]", start_s: float, end_s: float) -> "array[int]":
    return samples[int(start_s * HZ) : int(end_s * HZ)]


def without(samples: "array[int]", start_s: float, end_s: float) -> "array[int]":
    return between(samples, 0, start_s) + samples[int(end_s * HZ) :]


def spoken_film(
    path: Path, samples: "array[int]", *, kbps: int = 96, level: str = "0dB", picture: bool = False
) -> Path:
    """A film that says ``samples``, at another ``level`` if wished; only with ``picture`` is there something to see."""
    raw = path.with_suffix(".s16")
    raw.write_bytes(samples.tobytes())
    seen = ["-f", "lavfi", "-i", "testsrc2=size=216x384:rate=25"] if picture else []
    made(
        path,
        *("-f", "s16le", "-ar", f"{HZ}", "-ac", "1", "-i", f"{raw}", *seen, "-shortest"),
        *("-af", f"volume={level}", "-c:a", "aac", "-b:a", f"{kbps}k", "-ar", "48000"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart"),
    )
    raw.unlink()
    return path


def a_workshop(folder: Path) -> Workshop:
    folder.mkdir(exist_ok=True)
    return Workshop(folder, Programs.found())
