"""Tiny real films and the odd files that people upload instead, made by ffmpeg in well under a second each."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from titles.media.binaries import locate

WIDTH_PX, HEIGHT_PX = 216, 384
RATE = "25"
UNEVEN = "setpts='(N+10*floor(N/7))/25/TB'"
"""A picture filter after which some frames stay longer than others; wants ``-fps_mode vfr``."""


def film(
    path: Path,
    *,
    seconds: float = 2,
    width_px: int = WIDTH_PX,
    height_px: int = HEIGHT_PX,
    rate: str = RATE,
    picture: str = "testsrc2",
    picture_filters: str = "null",
    sound: str | None = "sine=frequency=440:sample_rate=48000",
    sound_filters: str = "anull",
    options: Sequence[str] = (),
) -> Path:
    """Shoot a portrait film with moving picture and a tone at about -22 LUFS; ``path`` names the container.

    ``picture`` and ``sound`` are sources of lavfi (no sound: None), the filters come after them, and ``options``
    are for the output.
    """
    size = f"{':' if '=' in picture else '='}size={width_px}x{height_px}"
    inputs = ["-f", "lavfi", "-i", f"{picture}{size}:rate={rate}"]
    if sound is not None:
        inputs += ["-f", "lavfi", "-i", sound]
    return made(
        path,
        *inputs,
        *("-t", f"{seconds}", "-vf", f"{picture_filters},format=yuv420p"),
        *(["-af", sound_filters] if sound is not None else []),
        *("-c:v", "libx264", "-preset", "ultrafast", "-threads", "2", "-c:a", "aac"),
        *options,
        *(["-movflags", "+faststart"] if path.suffix in {".mp4", ".mov"} else []),
    )


def turned(path: Path, original: Path, *, degrees: int = 90) -> Path:
    """Copy ``original`` with a note that players have to turn it, as a phone that is held sideways does."""
    return made(path, "-display_rotation", f"{degrees}", "-i", f"{original}", "-c", "copy")


def without_index(path: Path, original: Path) -> Path:
    """What is left when a recorder loses power: pictures, and no index to find them by."""
    made(path, "-i", f"{original}", "-c", "copy")
    return cut_off(path, path, share=0.6)


def cut_off(path: Path, original: Path, *, share: float = 0.6) -> Path:
    """Only the first part of the bytes, as after an upload that broke off."""
    whole = original.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def damaged(path: Path, original: Path, *, every_bytes: int = 3_000) -> Path:
    """Flip some bytes of the pictures, and none of the index before them."""
    content = bytearray(original.read_bytes())
    for place in range(content.index(b"mdat") + 4_000, len(content), every_bytes):
        content[place] ^= 0xFF
    path.write_bytes(content)
    return path


def playlist(path: Path, target: Path) -> Path:
    """An HLS playlist whose only segment is somebody else's film."""
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:{target}\n#EXT-X-ENDLIST\n")
    return path


def script(path: Path, target: Path) -> Path:
    """An ffconcat script that plays a neighbour in the same folder."""
    path.write_text(f"ffconcat version 1.0\nfile {target.name}\n")
    return path


def drawing_of(path: Path, target: Path) -> Path:
    """An SVG that shows somebody else's film."""
    path.write_text(
        '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="16">'
        f'<image href="file:{target}" width="9" height="16"/></svg>\n'
    )
    return path


def made(path: Path, *arguments: str) -> Path:
    """Run ffmpeg on ``arguments``; ``path`` comes last."""
    command = [str(locate("ffmpeg")), "-v", "error", "-nostdin", "-y", *arguments, str(path)]
    subprocess.run(command, check=True)
    return path
