import json

import pytest

from tests.titles.media.footage import made
from titles.media.waveform import PEAKS, write_peaks
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def peaks(tmp_path_factory):
    """Of one second of silence and one of a tone at half of full scale, on the right side only."""
    folder = tmp_path_factory.mktemp("waveform")
    tone = "aevalsrc=0|0.5*sin(2*PI*440*t)*gte(t\\,1):s=48000:d=2"
    sound = made(folder / "sound.mp4", "-f", "lavfi", "-i", tone, "-c:a", "aac", "-b:a", "192k")
    write_peaks(Workshop(folder, Programs.found()), sound, folder / PEAKS, channels=2)
    return json.loads((folder / PEAKS).read_text())


def test_there_is_a_pair_of_peaks_for_every_hundredth_of_a_second(peaks):
    assert (peaks["sample_rate"], peaks["samples_per_pixel"], peaks["bits"]) == (48_000, 480, 8)
    assert len(peaks["data"]) == 2 * peaks["length"]
    assert abs(peaks["length"] - 200) <= 3


def test_silence_is_flat_and_a_tone_reaches_as_far_as_it_is_loud(peaks):
    lows, highs = peaks["data"][0::2], peaks["data"][1::2]

    assert set(lows[:90]) | set(highs[:90]) <= {-1, 0}
    assert max(highs[110:190]) == pytest.approx(64, abs=3)
    assert min(lows[110:190]) == pytest.approx(-64, abs=3)
