"""Takes in mixes: each file looked at before it is kept, the whole mix numbered when all of it is there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.scope import scope
from titles.catalog.models import Cut
from titles.jobs.models import Job
from titles.media import storing
from titles.media.hearing import sniff_sound
from titles.media.models import AudioTrack, Mix, MixFile
from titles.media.models.master import masters_storage
from titles.media.receiving import NoRoom, TooLarge, shown_name
from titles.media.sniffing import HEAD_BYTES

_ENDINGS = {"wav": "wav", "flac": "flac", "mov": "m4a", "matroska": "mkv"}


class KnownSound(Exception):
    """The file is the sound of another track of the cut already."""


class NoStem(Exception):
    """A stem is wanted that the cut does not have."""


@dataclass(frozen=True)
class SentFile:
    """A file as a client sends it: it can be read from its beginning, twice."""

    content: BinaryIO
    name: str


@dataclass(frozen=True)
class _Kept:
    stored: str
    name: str
    size_bytes: int
    sha256: str


def receive_mix(
    files: Mapping[str, SentFile],
    *,
    cut: Cut,
    language: str,
    role: str,
    by: Any,
    on_music_and_effects_of_cut: bool = False,
) -> Mix:
    """Keep ``files`` (by MixFile.Part) as the next mix of a track of ``cut``, and have it checked and encoded.

    With ``on_music_and_effects_of_cut`` a dialogue stem is laid on the approved music and effects of the cut. The same
    files again are the same mix. Opens a scope where there is none.
    Raises NotSound, TooLarge, NoRoom, KnownSound and NoStem, each with a sentence for people.
    """
    studio_id: UUID = cut.studio_id  # type: ignore[assignment]
    with _kept(studio_id, files) as kept, scope(studio_id, person=by, door="import"):
        Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)
        stems = {part: _row(part, file) for part, file in kept.items()}
        if on_music_and_effects_of_cut:
            stems[MixFile.Part.MUSIC_AND_EFFECTS] = _music_and_effects_of(cut)
        track, _made = AudioTrack.objects.get_or_create(cut=cut, language=language, role=role)
        _refuse_known(track, [file.sha256 for part, file in stems.items() if part in kept])
        mix = _same(track, stems) or _entered(track, stems, by=by)
    return mix


@contextmanager
def _kept(studio_id: UUID, files: Mapping[str, SentFile]) -> Iterator[dict[str, _Kept]]:
    """Put ``files`` into the store for the block; those that no row names after it are removed."""
    kept: dict[str, _Kept] = {}
    try:
        for part, file in files.items():
            kept[part] = _keep(studio_id, file)
        yield kept
    finally:
        stored = {file.stored for file in kept.values()}
        with scope(studio_id, door="import"):
            stored -= set(MixFile.objects.filter(file__in=stored).values_list("file", flat=True))
        for name in stored:
            masters_storage().delete(name)


def _keep(studio_id: UUID, file: SentFile) -> _Kept:
    head = file.content.read(HEAD_BYTES)
    stored = f"{studio_id}/{new_id()}.{_ENDINGS[sniff_sound(head)]}"
    file.content.seek(0)
    sha256 = file_digest(file.content, "sha256").hexdigest()  # type: ignore[arg-type]
    size_bytes = file.content.tell()
    if size_bytes > settings.MASTER_MOST_BYTES:
        raise TooLarge(_("%s is larger than what is taken here. Export one episode per file.") % file.name)
    file.content.seek(0)
    try:
        storing.keep(masters_storage(), stored, file.content)
    except OSError as reason:
        raise NoRoom(
            _("The file could not be stored (%(why)s). Tell the operator, and upload it again afterwards.")
            % {"why": reason.strerror or reason}
        ) from reason
    return _Kept(stored, shown_name(file.name), size_bytes, sha256)


def _row(part: str, kept: _Kept) -> MixFile:
    return MixFile(part=part, file=kept.stored, original_name=kept.name, size_bytes=kept.size_bytes, sha256=kept.sha256)


def _music_and_effects_of(cut: Cut) -> MixFile:
    """The approved music and effects of ``cut``, as a stem: the same bytes, named once more. Raises NoStem."""
    mixes = Mix.objects.of_cut(cut).approved().filter(audio_track__role=AudioTrack.Role.MUSIC_AND_EFFECTS)
    mix = mixes.newest_first().first()
    file = mix.files.filter(part=MixFile.Part.WHOLE).first() if mix else None
    if file is None:
        raise NoStem(_("This cut has no approved music and effects yet: upload them, or upload a whole mix."))
    return MixFile(
        part=MixFile.Part.MUSIC_AND_EFFECTS,
        file=file.file.name,
        original_name=file.original_name,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
    )


def _refuse_known(track: AudioTrack, digests: list[str]) -> None:
    others = MixFile.objects.filter(mix__audio_track__cut=track.cut, sha256__in=digests, part=MixFile.Part.WHOLE)
    known = others.exclude(mix__audio_track=track).select_related("mix__audio_track").first()
    if known is not None:
        raise KnownSound(_("This very file is already the sound of %s. Choose another one.") % known.mix.audio_track)


def _same(track: AudioTrack, stems: Mapping[str, MixFile]) -> Mix | None:
    """The newest mix of ``track``, if it has exactly these files."""
    newest = track.mixes.newest_first().first()
    if newest is None:
        return None
    has = set(newest.files.values_list("part", "sha256"))
    return newest if has == {(part, file.sha256) for part, file in stems.items()} else None


def _entered(track: AudioTrack, stems: Mapping[str, MixFile], *, by: Any) -> Mix:
    number = 1 + (track.mixes.aggregate(last=Max("number"))["last"] or 0)
    mix = Mix.objects.create(audio_track=track, number=number, author=by)
    for file in stems.values():
        file.mix = mix
    MixFile.objects.bulk_create(stems.values())
    Job.enqueue("encode sound", track.cut, by=by)
    return mix
