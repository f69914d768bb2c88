"""Whatever chance makes of a film, looking at it ends, and in a verdict."""

import pytest

from benchmarks.checks import corrupted_films
from titles.media.binaries import locate
from titles.media.checking import Verdict, check
from titles.media.limits import MediaLimits

pytestmark = pytest.mark.media

LIMITS = MediaLimits(shortest_ms=1_000, least_width_px=216, least_height_px=384)


@pytest.mark.parametrize("seed", range(2))
def test_a_corrupted_film_gets_a_verdict(tmp_path, seed):
    """The benchmark `checks` does it two hundred times."""
    for upload in corrupted_films(tmp_path, count=8, seed=seed):
        inspection = check(upload, LIMITS, ffmpeg=locate("ffmpeg"), ffprobe=locate("ffprobe"))

        assert inspection.verdict in Verdict
        assert all(finding.sentence for finding in inspection.findings)
