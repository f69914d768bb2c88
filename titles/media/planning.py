"""What is made of a master, settled before anything runs: rungs, rhythm, chunks, and by which encoder."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from titles.media import sandbox
from titles.media.binaries import capabilities, complain_if_too_old, encoder_identity, reads_descriptors
from titles.media.chunking import Chunk, chunks_of
from titles.media.ladder import Cadence, Quality, Rung, rungs_for
from titles.media.measuring import Loudness
from titles.media.probing import Probe, Video, probe
from titles.media.sandbox import Limits
from titles.media.walls import Isolation
from titles.media.workshop import Programs

_STANDARD_RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60"))
_LISTING = Limits(
    cpu_s=60, wall_s=240, memory_bytes=2 * 1024**3, output_bytes=0, open_files=64, stdout_bytes=32 * 1024**2
)
_TONE_MAPPING = ("filter zscale", "filter tonemap")
_LEAD_OF_INTERLACED = 2
"""A picture that is woven of two fields is computed with the pictures before it."""


class NoPicture(Exception):
    """The master has no moving picture, or one without a length or a rate."""


class NoSound(Exception):
    """The master has no sound, and silence was not wanted."""


class HighDynamicRange(Exception):
    """The master is HDR, and this ffmpeg cannot convert it; shown as SDR its colors would be wrong."""


@dataclass(frozen=True)
class Plan:
    """All that decides which bytes come out, apart from the master's own."""

    container: str
    video: Video
    sound_index: int | None
    """The stream that is heard; None: silence is made."""
    rungs: tuple[Rung, ...]
    made: tuple[Rung, ...]
    """Those of the rungs that are encoded; the others are only scaled, where a lower one needs them."""
    cadence: Cadence
    frame_count: int
    frames_unsure: int
    """How many frames may be missing without harm: 0 where the master's index counts them for us."""
    quality: Quality
    loudness: Loudness | None
    chunks: tuple[Chunk, ...]
    encoder: str
    """Version and build. The chunks of one episode are all made by the same one."""

    @classmethod
    def of(
        cls,
        probe: Probe,
        *,
        quality: Quality = Quality.PUBLISH,
        loudness: Loudness | None = None,
        silence_if_mute: bool = True,
        key_frames_us: Sequence[int] = (),
        encoder: str = "",
        tone_maps: bool = False,
    ) -> "Plan":
        """Plan for what ``probe`` found; without ``loudness`` the sound keeps its own.

        Without ``key_frames_us`` the film is one chunk; ``tone_maps`` says that HDR can be converted. Raises
        NoPicture, NoSound and HighDynamicRange.
        """
        video = probe.video
        if video is None or not video.duration_ms or not (video.frame_rate or video.nominal_frame_rate):
            raise NoPicture("The master has no moving picture of a known length. Export it again.")
        if video.is_hdr and not tone_maps:
            raise HighDynamicRange(
                "The master is in HDR, which the ffmpeg here cannot convert. Export it in SDR (BT.709) and upload that."
            )
        if not probe.audio and not silence_if_mute:
            raise NoSound("The master has no sound. Export it with sound and upload that.")
        cadence = Cadence.of(steady_rate(video))
        frame_count, frames_unsure = _expected_frames(video, cadence)
        rungs = rungs_for(*_square_size(video))
        lead_frames = _LEAD_OF_INTERLACED if video.is_interlaced else 0
        return cls(
            container=probe.container,
            video=video,
            sound_index=probe.audio[0].index if probe.audio else None,
            rungs=rungs,
            made=rungs,
            cadence=cadence,
            frame_count=frame_count,
            frames_unsure=frames_unsure,
            quality=quality,
            loudness=loudness if probe.audio else None,
            chunks=chunks_of(frame_count, cadence, key_frames_us, lead_frames=lead_frames),
            encoder=encoder,
        )

    @property
    def duration_s(self) -> Fraction:
        return self.frame_count / self.cadence.rate

    def only(self, width_px: int, height_px: int) -> "Plan":
        """The same plan for one rung alone, which comes out as it did among the others. Raises ValueError."""
        (rung,) = (rung for rung in self.rungs if (rung.width_px, rung.height_px) == (width_px, height_px))
        return replace(self, made=(rung,))


def plan_for(
    source: Path,
    programs: Programs,
    *,
    quality: Quality = Quality.PUBLISH,
    loudness: Loudness | None = None,
    silence_if_mute: bool = True,
    isolation: Isolation = Isolation.AUTO,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Look into the master at ``source`` and plan what is made of it. The same master gives the same plan.

    Raises what ``probe`` and ``Plan.of`` raise.
    """
    probed = probe(source, ffprobe=programs.ffprobe, isolation=isolation, cancelled=cancelled)
    able = capabilities(programs.ffmpeg)
    return Plan.of(
        probed,
        quality=quality,
        loudness=loudness,
        silence_if_mute=silence_if_mute,
        key_frames_us=key_frames_us(source, probed, ffprobe=programs.ffprobe, isolation=isolation, cancelled=cancelled),
        encoder=encoder_identity(programs.ffmpeg),
        tone_maps=all(able.has(thing) for thing in _TONE_MAPPING),
    )


def key_frames_us(
    source: Path,
    probed: Probe,
    *,
    ffprobe: Path,
    isolation: Isolation = Isolation.AUTO,
    cancelled: Callable[[], bool] | None = None,
) -> list[int]:
    """When the key frames of the master's picture come, after the film's start; nothing is decoded for it.

    A film that cannot be read to its end gives those that come before. Raises NotInstalled and what sandbox.run raises.
    """
    if probed.video is None:
        return []
    with source.open("rb") as film, tempfile.TemporaryDirectory(prefix="octavo-plan-") as folder:
        ended = sandbox.run(
            [
                *(ffprobe, "-v", "error", "-of", "json=compact=1", "-select_streams", str(probed.video.index)),
                *("-show_entries", "format=start_time:packet=pts_time,flags"),
                *sandbox.hostile_input(probed.container, by_descriptor=reads_descriptors(ffprobe)),
            ],
            work_folder=Path(folder),
            limits=_LISTING,
            isolation=isolation,
            stdin=film,
            cancelled=cancelled,
        )
    if ended.exit_code != 0:
        complain_if_too_old(ffprobe, ended.stderr_tail)
        return []
    return _key_frames(ended.stdout)


def _key_frames(told: bytes) -> list[int]:
    try:
        said = json.loads(told)
    except ValueError:
        return []
    start_us = _us(said.get("format", {}).get("start_time", "0"))
    packets = (packet for packet in said.get("packets", []) if "K" in packet.get("flags", "") and "pts_time" in packet)
    return sorted(_us(packet["pts_time"]) - start_us for packet in packets)


def _us(seconds: str) -> int:
    return round(Fraction(seconds) * 1_000_000)


def steady_rate(video: Video) -> Fraction:
    """Return the even rate at which the picture is encoded, before any thinning.

    The nominal rate is the one that the film was meant to have. Recorders that stamp frames by a clock of
    theirs name absurd ones; then the usual rate nearest to the average is taken.
    """
    nominal, average = video.nominal_frame_rate, video.frame_rate
    if nominal and (nominal <= 60 or video.has_constant_frame_rate):
        return nominal
    return min(_STANDARD_RATES, key=lambda rate: abs(rate - average))


def _square_size(video: Video) -> tuple[int, int]:
    """Return width and height with square pixels; the picture is never made narrower for it."""
    if video.sample_aspect > 1:
        return round(video.width_px * video.sample_aspect), video.height_px
    return video.width_px, round(video.height_px / (video.sample_aspect or 1))


def _expected_frames(video: Video, cadence: Cadence) -> tuple[int, int]:
    """Return how many frames there will be, and how many fewer that may be: none where the index agrees.

    The index alone is no measure: it also counts frames that an edit list hides. Counted from the film's start,
    since a picture that comes later stands still until then.
    """
    shown = round(cadence.rate * video.duration_ms / 1000)
    late = round(cadence.rate * video.start_ms / 1000)
    return shown + late, 0 if shown == video.frames else 1
