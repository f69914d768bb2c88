"""Takes subtitle files in: read, held against the picture's length, and frozen as the next version of a track."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from localization import formats
from localization.formats import Document, Unreadable
from localization.formats.checks import problems
from localization.languages import normalized
from localization.models import Track, Version
from studios.scope import scope
from titles.catalog.models import Cut
from titles.media.models import Master
from titles.media.receiving import shown_name

_MOST_NAMED = 5


class NoSuchKind(Exception):
    """A kind of track that there is not."""


def import_subtitles(
    data: bytes,
    *,
    filename: str,
    cut: Cut,
    language: str,
    kind: str = Track.Kind.FULL,
    by: Any,
    translated_from: Version | None = None,
) -> Version:
    """Make a draft version of the track of ``cut`` in ``language`` (BCP 47) of ``kind`` from a subtitle file.

    What was mended, and what does not fit the picture, is in the version's ``repairs``. The document that the track's
    newest version has already makes no other one, unless that was timed to an older master.
    Opens a scope where there is none. Raises Unreadable, NotALanguage and NoSuchKind, each with a sentence for people.
    """
    tag = normalized(language)
    if kind not in Track.Kind.values:
        raise NoSuchKind(_("There are no subtitles of the kind “%(kind)s”.") % {"kind": kind})
    document = formats.read(data, filename=filename, language=tag)
    with scope(cut.studio_id, person=by, door="import"):
        master = Master.objects.filter(cut=cut).accepted().newest_first().first()
        remarks = _remarks(document, master.duration_ms() if master else None)
        track = _locked_track(cut, tag, kind)
        newest: Any = track.versions.kept().with_timing().newest_first().first()
        if newest is not None and newest.digest == document.digest() and not newest.is_timing_unconfirmed:
            return newest
        return Version.objects.create(
            track=track,
            number=1 + (track.versions.aggregate(last=Max("number"))["last"] or 0),
            document=document.canonical(),
            digest=document.digest(),
            cue_count=len(document.cues),
            master=master,
            translated_from=translated_from,
            author=by,
            original_name=shown_name(filename),
            encoding=document.encoding,
            repairs=[*document.repairs, *remarks],
        )


def _locked_track(cut: Cut, tag: str, kind: str) -> Track:
    """The track, made when absent, and ours until the end of the transaction: numbers are given one at a time."""
    track, _made = Track.objects.get_or_create(cut=cut, language=tag, kind=kind)
    return Track.objects.select_for_update(no_key=True).get(pk=track.pk)


def _remarks(document: Document, duration_ms: int | None) -> list[str]:
    """Sentences about cues that outlast the picture; whatever else is odd about times, the reader has told.

    Raises Unreadable when not one cue could ever be seen.
    """
    found = problems(document, duration_ms=duration_ms)
    if not document.cues:
        raise Unreadable(found[0].sentence)
    if duration_ms is not None and document.cues[0].start_ms >= duration_ms:
        raise Unreadable(
            _("The first subtitle starts after the picture has ended. Is this the file of another episode?")
        )
    late = [problem.sentence for problem in found if problem.rule == "after the end"]
    if len(late) > _MOST_NAMED:
        late[_MOST_NAMED:] = [_("The same holds for %(count)s more cues.") % {"count": len(late) - _MOST_NAMED}]
    return late
