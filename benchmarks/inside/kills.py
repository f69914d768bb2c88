"""What it costs when the worker of an episode is killed at a random point: a chunk at most is made twice."""

import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management import call_command

from benchmarks import Figure
from benchmarks.costs import children_cpu_s
from benchmarks.inside.episodes import (
    Work,
    adopt_orphans,
    is_over,
    kill,
    made_ready,
    new_studio,
    reap_orphans,
    refuse_wrong,
    start_worker,
    wait_until,
)
from titles.media.binaries import locate

_MOST_AFTER_A_KILL = 1.30
_COUNTED = "rlimit-only"
"""What is killed inside bubblewrap leaves no account of its processor time."""


def measure(*, seconds: int, runs: int, seed: int) -> Iterator[Figure]:
    seed = seed or random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)  # noqa: S311 - told, to be repeated
    settings.TRANSCODE_QUALITY = os.environ["OCTAVO_QUALITY"] = "preview"
    call_command("migrate", verbosity=0)
    adopt_orphans()
    studio = new_studio("Kills")
    with tempfile.TemporaryDirectory(prefix="octavo-kills-") as name:
        film = _episode(Path(name), seconds)
        whole = made_ready(studio, film, "undisturbed")
        whole_s, lasts_s, writes = _undisturbed(whole)
        (expected,) = whole.packages()
        yield Figure(f"an episode of {seconds} s, undisturbed", whole_s, "CPU s")
        yield Figure("progress writes", writes / lasts_s, "per s", goal=1)
        ratios = []
        for number in range(runs):
            work = made_ready(studio, film, f"killed-{number}")
            ratios.append(_killed(work, chance.random() * lasts_s) / whole_s)
            refuse_wrong([work], expected)
    what = f"killed at a random point ({runs} runs, seed {seed}): "
    yield Figure(f"{what}median", median(ratios), "times", goal=_MOST_AFTER_A_KILL)
    yield Figure(f"{what}worst", max(ratios), "times")


def _episode(folder: Path, seconds: int) -> Path:
    film = folder / "episode.mp4"
    picture = "testsrc2=size=1080x1920:rate=25,noise=alls=12:allf=t"
    taken = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=frequency=440", "-t", f"{seconds}")
    encoded = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run([locate("ffmpeg"), "-v", "error", "-nostdin", "-y", *taken, *encoded, film], check=True)
    return film


def _undisturbed(work: Work) -> tuple[float, float, int]:
    """Return processor time, seconds by the clock, and how often the progress was written."""
    used_s, began_s = children_cpu_s(), time.monotonic()
    worker, written, writes = start_worker(OCTAVO_SANDBOX=_COUNTED), 0, 0
    while not is_over(work):
        reached = work.job().progress_permille
        writes += reached != written
        written = reached
        time.sleep(0.05)
    lasts_s = time.monotonic() - began_s
    kill(worker)
    reap_orphans()
    return children_cpu_s() - used_s, lasts_s, writes


def _killed(work: Work, after_s: float) -> float:
    used_s = children_cpu_s()
    worker = start_worker(OCTAVO_SANDBOX=_COUNTED)
    ends_at_s = time.monotonic() + after_s
    wait_until(lambda: time.monotonic() > ends_at_s or is_over(work))
    kill(worker)
    worker = start_worker(OCTAVO_SANDBOX=_COUNTED)
    wait_until(lambda: is_over(work))
    kill(worker)
    reap_orphans()
    return children_cpu_s() - used_s
