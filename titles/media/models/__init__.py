"""The pictures and sound of a cut: uploads, masters, what was found in them, streams, packages, editions."""

from titles.media.models.alignment import Alignment
from titles.media.models.audio_track import AudioTrack
from titles.media.models.burned_in import BurnedIn
from titles.media.models.chunk import Chunk
from titles.media.models.edition import Edition, EditionSidecar, Sidecar
from titles.media.models.finding import Finding, Waiver
from titles.media.models.master import Master
from titles.media.models.mix import Layback, Mix, MixFile
from titles.media.models.package import Package, Rendition, Stream
from titles.media.models.picture_note import PictureNote
from titles.media.models.removal import Removal
from titles.media.models.upload import Upload

__all__ = [
    "Alignment",
    "AudioTrack",
    "BurnedIn",
    "Chunk",
    "Edition",
    "EditionSidecar",
    "Finding",
    "Layback",
    "Master",
    "Mix",
    "MixFile",
    "Package",
    "PictureNote",
    "Removal",
    "Rendition",
    "Sidecar",
    "Stream",
    "Upload",
    "Waiver",
]
