"""What looking at a master costs before anything is encoded: the checks against a bare decode, and refusals."""

import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from benchmarks import Figure
from titles.media import sandbox
from titles.media.binaries import every_ffmpeg, locate, reads_descriptors
from titles.media.checking import Inspection, check
from titles.media.limits import MediaLimits
from titles.media.measuring import measure as measure_film
from titles.media.probing import probe
from titles.media.sandbox import hostile_input

RUNS = 5
CORRUPTIONS = 200
SEED = 20_260_601
_SECONDS = 12


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octavo-checks-") as name:
        folder = Path(name)
        for kind, picture, rate_kbps in (
            ("light", "testsrc2=size=1080x1920:rate=25", 6_000),
            ("grainy", "mandelbrot=size=1080x1920:rate=25,noise=alls=18:allf=t", 29_000),
        ):
            film = _shot(folder / f"{kind}.mp4", picture, rate_kbps)
            yield from _checks(kind, film)
        yield from _refusals(folder)
        yield from _corruptions(folder)


def _checks(kind: str, film: Path) -> Iterator[Figure]:
    """Both in turn, so that whatever else the machine does meets both alike; the ratio is the median of the pairs'."""
    found = probe(film, ffprobe=locate("ffprobe"))
    ffmpeg = locate("ffmpeg")
    pairs = []
    for _run in range(RUNS):
        decode_s = _cpu_s(lambda: _decode(ffmpeg, film, film.parent))
        pairs.append((decode_s, _cpu_s(lambda: measure_film(film, found, ffmpeg=ffmpeg)) / decode_s))
    yield Figure(f"{kind}, {_SECONDS} s of 1080x1920: bare decode", median(s for s, _ratio in pairs), "CPU s")
    yield Figure(
        f"{kind}: measuring pass against that decode", median(ratio for _s, ratio in pairs), "times", goal=1.10
    )


def _refusals(folder: Path) -> Iterator[Figure]:
    """What hostile headers cost until they are refused, on the ffmpeg that needs most for it."""
    bomb = _made(folder / "bomb.mp4", "-f", "lavfi", "-i", "color=size=8192x8192:rate=25", "-frames:v", "1", *_FAST)
    long = _made(
        folder / "long.mkv",
        *("-f", "lavfi", "-i", "color=size=216x384:rate=25", "-t", "36001"),
        *("-vf", "trim=end_frame=2,setpts=N*36000/TB", "-fps_mode", "vfr", *_FAST),
    )
    crowd = _made(
        folder / "crowd.mp4",
        *("-f", "lavfi", "-i", "color=size=216x384:rate=25", "-f", "lavfi", "-i", "sine", "-t", "0.2"),
        *("-map", "0", *["-map", "1"] * 60, *_FAST),
    )
    for what, upload in (("8192x8192", bomb), ("ten hours", long), ("61 tracks", crowd)):
        costs = [
            _cpu_s(lambda upload=upload, ffmpeg=ffmpeg: _rejected(upload, ffmpeg))  # type: ignore[misc]
            for ffmpeg in every_ffmpeg()
        ]
        yield Figure(f"refusing {what}", max(costs), "CPU s", goal=0.5)


def _corruptions(folder: Path) -> Iterator[Figure]:
    limits = MediaLimits(shortest_ms=1_000, least_width_px=216, least_height_px=384)
    verdicts, longest_s = 0, 0.0
    for upload in corrupted_films(folder, count=CORRUPTIONS, seed=SEED):
        began_s = time.monotonic()
        verdicts += bool(_checked(upload, limits, locate("ffmpeg")).verdict)
        longest_s = max(longest_s, time.monotonic() - began_s)
    yield Figure(
        f"of {CORRUPTIONS} corrupted films (seed {SEED}), without a verdict", CORRUPTIONS - verdicts, "", goal=0
    )
    yield Figure("longest look at one of them", longest_s, "s", goal=10)


def corrupted_films(folder: Path, *, count: int, seed: int) -> Iterator[Path]:
    """Yield one file ``count`` times, each time a tiny MP4 or Matroska that was damaged in another way."""
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    films = []
    for suffix in (".mp4", ".mkv"):
        whole = _made(
            folder / f"whole{suffix}",
            *("-f", "lavfi", "-i", "testsrc2=size=216x384:rate=25", "-f", "lavfi", "-i", "sine", "-t", "1", *_FAST),
            *(["-movflags", "+faststart"] if suffix == ".mp4" else []),
        )
        films.append((suffix, whole.read_bytes()))
    for _number in range(count):
        suffix, content = chance.choice(films)
        upload = folder / f"corrupted{suffix}"
        upload.write_bytes(corrupted(content, chance))
        yield upload


def corrupted(content: bytes, chance: random.Random) -> bytes:
    """Damage ``content``: some bytes change, half of them among the headers; a part is lost or repeated."""
    damaged = bytearray(content)
    for _byte in range(chance.choice((1, 8, 64, 512))):
        damaged[chance.randrange(len(damaged) if chance.random() < 0.5 else 2_000)] = chance.randrange(256)
    start, length = chance.randrange(len(damaged)), chance.randrange(4_000)
    kind = chance.choice(("as it is", "hole", "repetition", "early end"))
    if kind == "hole":
        del damaged[start : start + length]
    elif kind == "repetition":
        damaged[start:start] = damaged[start : start + length]
    elif kind == "early end":
        del damaged[start:]
    return bytes(damaged)


def _rejected(upload: Path, ffmpeg: Path) -> None:
    verdict = _checked(upload, MediaLimits(), ffmpeg).verdict
    if verdict != "rejected":
        raise AssertionError(f"{upload.name} was {verdict}")


def _checked(upload: Path, limits: MediaLimits, ffmpeg: Path) -> Inspection:
    return check(upload, limits, ffmpeg=ffmpeg, ffprobe=locate("ffprobe", preferred=str(ffmpeg)))


def _cpu_s(work: Callable[[], object]) -> float:
    """Processor time of the programs that ``work`` starts and waits for."""
    before = getrusage(RUSAGE_CHILDREN)
    work()
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _decode(ffmpeg: Path, film: Path, work_folder: Path) -> None:
    """Decode picture and sound and look at nothing, started as the checks are: in the sandbox, from an open file."""
    source = hostile_input("mov", by_descriptor=reads_descriptors(ffmpeg))
    everything = ("-map", "0:v", "-map", "0:a", "-fps_mode", "passthrough", "-f", "null", "-")
    with film.open("rb") as stdin:
        sandbox.run([ffmpeg, "-v", "error", "-nostdin", *source, *everything], work_folder=work_folder, stdin=stdin)


_FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")


def _shot(path: Path, picture: str, rate_kbps: int) -> Path:
    return _made(
        path,
        *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"),
        *("-t", f"{_SECONDS}", "-c:v", "libx264", "-preset", "veryfast", "-b:v", f"{rate_kbps}k"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"),
    )


def _made(path: Path, *arguments: str) -> Path:
    command = [str(locate("ffmpeg")), "-v", "error", "-nostdin", "-y", *arguments, str(path)]
    subprocess.run(command, check=True)
    return path
