"""Makes the masters of the sample series: paints their stills and films them with ffmpeg."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cms.demo import camera, score
from cms.demo.reel import EPISODES, Episode
from titles.jobs.children import dying_with
from titles.media.binaries import locate

_HALF_MADE = ".making-"

OnProgress = Callable[[float, str], None]


class NotFilmed(Exception):
    """A master could not be made; the text has ffmpeg's last words."""


@dataclass(frozen=True)
class Sample:
    """One master of the sample series."""

    number: int
    path: Path
    duration_ms: int
    frame_rate: int
    frames: int


def make(
    folder: Path,
    on_progress: OnProgress = lambda done, what: None,
    *,
    ffmpeg: Path | None = None,
    scale: float = 1.0,
    episodes: Sequence[Episode] = EPISODES,
) -> list[Sample]:
    """Make the masters in ``folder`` that are not there yet, and return all of them in order.

    ``on_progress`` is told how much is done (0 to 1) and what is being done. ``scale`` makes the picture smaller
    than 1080 x 1920. A master appears under its name only when it is whole. Raises NotFilmed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    program = ffmpeg or locate("ffmpeg")
    whole = sum(episode.frames for episode in episodes)
    samples, before = [], 0
    for episode in episodes:
        sample = _sample(episode, folder)
        report = _part(on_progress, before / whole, episode.frames / whole, f"Filming episode {episode.number}")
        if not sample.path.exists():
            _film(episode, sample, program, scale, report)
        report(1.0)
        samples.append(sample)
        before += episode.frames
    return samples


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed has left half-made."""
    for left in folder.glob(f"{_HALF_MADE}*"):
        shutil.rmtree(left)


def _sample(episode: Episode, folder: Path) -> Sample:
    return Sample(
        number=episode.number,
        path=folder / f"LKMN_EP{episode.number:02}_MASTER.mp4",
        duration_ms=round(1000 * episode.seconds),
        frame_rate=episode.frame_rate,
        frames=episode.frames,
    )


def _part(on_progress: OnProgress, start: float, share: float, what: str) -> Callable[[float], None]:
    return lambda done: on_progress(start + share * done, what)


def _film(episode: Episode, sample: Sample, ffmpeg: Path, scale: float, report: Callable[[float], None]) -> None:
    """Film one episode beside its place, check it, and put it there."""
    with tempfile.TemporaryDirectory(prefix=_HALF_MADE, dir=sample.path.parent) as work:
        stills = [
            camera.develop(shot.scene(scale), Path(work), f"shot{index}") for index, shot in enumerate(episode.shots)
        ]
        made = Path(work) / "master.mp4"
        _run(_command(episode, stills, scale, ffmpeg, made), episode.frames, report)
        os.replace(made, sample.path)


def _command(
    episode: Episode, stills: Sequence[Sequence[camera.Still]], scale: float, ffmpeg: Path, made: Path
) -> list[str]:
    inputs: list[str] = []
    for still in (still for shot in stills for still in shot):
        inputs += ["-framerate", str(episode.frame_rate), "-i", str(still.path)]
    picture = camera.graph(episode, stills, scale, "picture")
    gop = 2 * episode.frame_rate
    return [
        str(ffmpeg), "-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5", *inputs,
        "-filter_complex", f"{picture};{score.graph(episode, 'sound')}", "-map", "[picture]", "-map", "[sound]",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "21", "-maxrate", "16M", "-bufsize", "32M",
        "-x264-params", "no-deblock=0:aq-mode=1:colorprim=bt709:transfer=bt709:colormatrix=bt709",
        "-g", str(gop), "-threads", "2", "-r", str(episode.frame_rate), "-fps_mode", "cfr",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-c:a", "aac", "-b:a", "192k", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "mp4", str(made),
    ]  # fmt: skip


def _run(command: list[str], frames: int, report: Callable[[float], None]) -> None:
    """Let ffmpeg make exactly ``frames`` frames; whatever interrupts us ends it too."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={},
            text=True,
            preexec_fn=dying_with(os.getpid(), signal.SIGKILL),
        ) as running,
    ):
        try:
            made = _watched(running.stdout or (), frames, report)
        except BaseException:
            running.kill()
            raise
        if running.wait() or made != frames:
            complaints.seek(0)
            last_words = complaints.read().decode(errors="replace").strip()[-1000:]
            raise NotFilmed(f"ffmpeg made {made} of {frames} frames. {last_words}")


def _watched(lines: Iterable[str], frames: int, report: Callable[[float], None]) -> int:
    """Report progress as ffmpeg tells it, and return how many frames it made in the end."""
    made = 0
    for line in lines:
        name, _, value = line.strip().partition("=")
        if name == "frame":
            made = int(value)
            report(min(1.0, made / frames))
    return made
