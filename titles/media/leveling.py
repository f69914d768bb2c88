"""How loud everything is that leaves here, and how a sound is brought there."""

from titles.media.measuring import Loudness

TARGET_LUFS = -16.0
PEAK_CEILING_DB = -1.5
SOUND_HZ = 48_000

_SILENT_BELOW_LUFS = -60.0


def leveling(loudness: Loudness | None) -> list[str]:
    """Return filters that raise or lower all of a sound by one gain, and hold back only the peaks that go too high.

    A filter that rides the gain (loudnorm does, when there are such peaks) changes the mix, and by our measure
    misses the target by more. Four times the samples show the peaks between samples. Silence stays silence, and so
    does a sound that was not measured.
    """
    if loudness is None or loudness.true_peak_db is None or loudness.integrated_lufs < _SILENT_BELOW_LUFS:
        return []
    gain_db = TARGET_LUFS - loudness.integrated_lufs
    steps = [f"volume={gain_db:.2f}dB"]
    if loudness.true_peak_db + gain_db > PEAK_CEILING_DB:
        ceiling = 10 ** (PEAK_CEILING_DB / 20)
        steps += [
            f"aresample={4 * SOUND_HZ}",
            f"alimiter=limit={ceiling:.4f}:attack=1:release=20:level=false:latency=true",
        ]
    return steps
