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


def deep(path: Path, *, transfer: str = "bt709") -> Path:
    """Shoot in ten bits; with the transfer "smpte2084" it is HDR10, and with "arib-std-b67" HLG."""
    wide = "bt709" if transfer == "bt709" else "bt2020"
    matrix = "bt709" if transfer == "bt709" else "bt2020nc"
    tags = f"setparams=color_trc={transfer}:color_primaries={wide}:colorspace={matrix}"
    return made(
        path,
        *("-f", "lavfi", "-i", f"testsrc2=size={WIDTH_PX}x{HEIGHT_PX}:rate={RATE}"),
        *("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "2"),
        *("-vf", f"format=yuv420p10le,{tags}", "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high10"),
        *("-c:a", "aac", "-movflags", "+faststart"),
    )


def song(path: Path) -> Path:
    """A sound without a picture."""
    return made(path, "-f", "lavfi", "-i", "sine=duration=1")


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
    return playlist_of(path, f"file:{target}")


def playlist_of(path: Path, segment: str) -> Path:
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{segment}\n#EXT-X-ENDLIST\n")
    return path


def script(path: Path, target: Path) -> Path:
    """An ffconcat script that plays a neighbour in the same folder."""
    return script_of(path, target.name)


def script_of(path: Path, file: str) -> Path:
    path.write_text(f"ffconcat version 1.0\nfile {file}\n")
    return path


def manifest_of(path: Path, address: str) -> Path:
    """A DASH manifest whose only representation is at ``address``."""
    path.write_text(
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="x"'
        ' mediaPresentationDuration="PT2S" minBufferTime="PT1S"><Period><AdaptationSet mimeType="video/mp4">'
        f'<Representation id="1" bandwidth="1"><BaseURL>{address}</BaseURL></Representation></AdaptationSet>'
        "</Period></MPD>\n"
    )
    return path


def session_of(path: Path, port: int) -> Path:
    """A description of a stream (SDP) that ffmpeg would wait for on a socket."""
    path.write_text(f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n")
    return path


def drawing_of(path: Path, target: Path) -> Path:
    """An SVG that shows somebody else's film."""
    return drawing_with(path, f"file:{target}")


def drawing_with(path: Path, address: str) -> Path:
    path.write_text(
        '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="16">'
        f'<image href="{address}" width="9" height="16"/></svg>\n'
    )
    return path


def disguised(path: Path, hostile: Path) -> Path:
    """The same after the first bytes of an MP4, which is what looking at first bytes would take for a film."""
    path.write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + hostile.read_bytes())
    return path


def elsewhere(path: Path, original: Path, target: Path) -> Path:
    """A QuickTime film whose pictures lie in another file, as its data reference says."""
    content = original.read_bytes()
    place = content.index(b"dref")
    inside = content[place + 12 : place + 12 + 12]
    assert inside[4:8] == b"url ", "the film has the usual self-contained data reference"
    address = f"file://{target}".encode() + b"\0"
    # The reference is no longer "in this file": its flag is cleared, and it names an address.
    entry = (12 + len(address)).to_bytes(4, "big") + b"url \0\0\0\0" + address
    path.write_bytes(_grown(content, place - 4, entry, inside))
    return path


def _grown(content: bytes, dref: int, entry: bytes, inside: bytes) -> bytes:
    """Put ``entry`` in the place of ``inside`` and make every box around it as much longer."""
    more = len(entry) - len(inside)
    grown = bytearray(content)
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        start = grown.rindex(kind, 0, dref + 8) - 4
        size = int.from_bytes(grown[start : start + 4], "big") + more
        grown[start : start + 4] = size.to_bytes(4, "big")
    return bytes(grown[: dref + 16] + entry + grown[dref + 16 + len(inside) :])


def made(path: Path, *arguments: str) -> Path:
    """Run ffmpeg on ``arguments``; ``path`` comes last."""
    command = [str(locate("ffmpeg")), "-v", "error", "-nostdin", "-y", *arguments, str(path)]
    subprocess.run(command, check=True)
    return path
