"""Submitting: what an episode or a series card says now is frozen as a numbered release for a second person's eyes."""

import hashlib
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from localization.conforming import untimed
from studios.models import Move, PersonalText
from titles.catalog.languages import METADATA_LANGUAGES, bcp47, language_name
from titles.catalog.models import Episode, Series
from titles.distribution import documents
from titles.distribution.bodies import Document, as_text
from titles.distribution.documents import PinnedCut
from titles.distribution.models import Partner, Release, ReleaseCut, ReleasePartner

State = Release.State

_DESCRIBED_IN = {bcp47(code) for code, _name in METADATA_LANGUAGES}


class NotReady(Exception):
    """It cannot be submitted; ``sentences`` say, one by one, what is missing and what to do."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def submit_episode(episode: Episode, *, by: Any, partners: Collection[Partner] = ()) -> Release:
    """Freeze ``episode`` with the current edition of each cut, for ``partners`` (none named: all). Raises NotReady."""
    with transaction.atomic():
        series = Series.objects.select_for_update(no_key=True).get(pk=episode.series_id)  # one submission at a time
        episode = Episode.objects.get(pk=episode.pk)
        pinned = documents.newest_editions(episode)
        document = documents.of_episode(episode, pinned)
        _refuse([*_missing_from_episode(episode, document, series), *_wrongly_timed(pinned)])
        release = _freeze(series, episode, document, by=by, partners=partners)
        ReleaseCut.objects.bulk_create(
            ReleaseCut(release=release, cut=each.cut, edition=each.edition) for each in pinned
        )
    return release


def submit_series(series: Series, *, by: Any, partners: Collection[Partner] = ()) -> Release:
    """Freeze the card of ``series``: its texts, cast, tags and artwork. Raises NotReady."""
    with transaction.atomic():
        series = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
        documents.keep_names(series)
        document = documents.of_series(series)
        _refuse(_missing_from_card(document, series))
        return _freeze(series, None, document, by=by, partners=partners)


def changed_since_release(subject: Episode | Series) -> bool:
    """Whether ``subject`` says something else now than in its newest approved release. False where there is none."""
    if isinstance(subject, Series):
        released, document = Release.objects.of(subject, None), documents.of_series(subject)
    else:
        released = Release.objects.of(subject.series, subject)
        document = documents.of_episode(subject, documents.newest_editions(subject))
    newest = released.filter(state=State.APPROVED).newest_first().first()
    return newest is not None and not _reads_like(newest, document)


def _freeze(
    series: Series, episode: Episode | None, document: Document, *, by: Any, partners: Collection[Partner]
) -> Release:
    newest = Release.objects.of(series, episode).newest_first().first()
    release = Release(
        series=series,
        episode=episode,
        number=newest.number + 1 if newest else 1,
        document=document,
        digest=_digest(document),
        author=by,
    )
    if newest and newest.state in (State.IN_REVIEW, State.APPROVED) and _says_the_same(newest, release, partners):
        raise NotReady([_("Nothing has changed since %(release)s.") % {"release": newest}])
    release.save(force_insert=True)
    Move.record(release, "", State.IN_REVIEW, by=by)
    ReleasePartner.objects.bulk_create(ReleasePartner(release=release, partner=partner) for partner in partners)
    for older in Release.objects.of(series, episode).awaiting_review().exclude(pk=release.pk):
        why = _("%(newer)s takes its place.") % {"newer": release}
        older.move(State.IN_REVIEW, State.CHANGES_REQUESTED, by=by, why=why)
    return release


def _says_the_same(newest: Release, release: Release, partners: Collection[Partner]) -> bool:
    named = set(newest.release_partners.values_list("partner_id", flat=True))
    return named == {partner.pk for partner in partners} and _reads_like(newest, release.document)


def _reads_like(release: Release, document: Document) -> bool:
    """Whether a reader of ``document`` reads what the release says: an erased name is the same pseudonym in both."""
    if release.digest == _digest(document):
        return True
    released, now = PersonalText.objects.told([release.document, document])
    return bool(released == now)


def _digest(document: Document) -> str:
    return hashlib.sha256(as_text(document).encode()).hexdigest()


def _refuse(sentences: list[str]) -> None:
    if sentences:
        raise NotReady(sentences)


def _missing_from_episode(episode: Episode, document: Document, series: Series) -> list[str]:
    sentences = []
    if not any(cut["name"] == "" for cut in document["cuts"]):
        sentences.append(
            _("%(episode)s has no finished video: upload a master and wait until it is transcoded.")
            % {"episode": episode}
        )
    language = _told_in(series)
    if language not in document["titles"]:
        sentences.append(
            _("%(episode)s needs a title in %(language)s.") % {"episode": episode, "language": language_name(language)}
        )
    return sentences


def _wrongly_timed(pinned: Collection[PinnedCut]) -> list[str]:
    """Subtitles that are approved, but would be missing because they are timed to another master than the film."""
    sentences = []
    for each in pinned:
        master = each.edition.package.master
        tracks = untimed(each.cut, master)
        if tracks:
            sentences.append(
                _(
                    "The film is made of master %(number)s; these subtitles are timed to another one: %(languages)s."
                    " Conform them on the episode's page, or confirm that their timing holds."
                )
                % {"number": master.number, "languages": ", ".join(track.player_name() for track in tracks)}
            )
    return sentences


def _missing_from_card(document: Document, series: Series) -> list[str]:
    language = _told_in(series)
    sentences = []
    if language not in document["titles"]:
        sentences.append(_("The series needs a title in %(language)s.") % {"language": language_name(language)})
    if language not in document["synopses"]:
        sentences.append(_("The series needs a synopsis in %(language)s.") % {"language": language_name(language)})
    if not document["artwork"]:
        sentences.append(_("The series needs a picture: upload its cover or key art."))
    return sentences


def _told_in(series: Series) -> str:
    """The language that its texts must exist in: the original one, or English where that is none of the eight."""
    return series.original_language if series.original_language in _DESCRIBED_IN else "en"
