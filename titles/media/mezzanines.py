"""Mezzanines: the top rung and one sound in one file that plays while it loads. Nothing is encoded again."""

from pathlib import Path

from titles.media.workshop import Workshop

STEP = "mezzanine"


class MezzanineDiffers(Exception):
    """The mezzanine does not have the frames of the rung that it was copied from."""


def join(workshop: Workshop, picture: Path, sound: Path, *, name: str, frame_count: int) -> Path:
    """Copy ``picture`` and ``sound``, MP4s in the workshop's folder, into the file ``name`` there.

    Raises MezzanineDiffers and GaveUp.
    """
    file = workshop.folder / name
    inputs = [each.relative_to(workshop.folder).as_posix() for each in (picture, sound)]
    workshop.run(
        STEP,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-v", "warning"),
        *("-i", inputs[0], "-i", inputs[1], "-map", "0:v", "-map", "1:a", "-c", "copy"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", file.name),
    )
    found, _sound = workshop.streams_of(STEP, file, "nb_frames")
    if int(found["nb_frames"]) != frame_count:
        raise MezzanineDiffers(f"The mezzanine has {found['nb_frames']} frames, and the top rung {frame_count}.")
    return file
