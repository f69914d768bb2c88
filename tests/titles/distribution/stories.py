"""A heiress, her episodes and her partners: real rows and small files, without encoding a film."""

import hashlib
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from studios.keys import new_id
from studios.models import Studio
from studios.scope import scope
from tests.titles.media import lineup
from titles.catalog.models import Artwork, Credit, Cut, Episode, Person, Series, SeriesTag, Tag
from titles.distribution.models import FeedEntry, Grant, Partner, PartnerKey, Release
from titles.distribution.narrowing import with_what_it_needs
from titles.distribution.relay import bring_up_to_date
from titles.distribution.releasing import submit_episode, submit_series
from titles.distribution.rights import TERRITORIES
from titles.media.composing import compose
from titles.media.handing_down import hand_down
from titles.media.models import AudioTrack, Master, Package, Rendition, Stream

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
EIGHT = ("en", "zh-Hans", "es", "pt-BR", "fr", "ja", "id", "ar")


def make_series(slug: str = "heiress", title: str = "The Secret Heiress") -> Series:
    """A series whose card can be submitted."""
    series = Series.objects.create(
        slug=slug,
        original_language="en",
        planned_episodes=80,
        title_en=title,
        title_es="La heredera secreta",
        synopsis_en="A maid finds out whose daughter she is.",
        tagline_en="Her name was all they left her.",
    )
    person = Person.objects.create(name_en="Mina Park", name_ja="ミナ・パク")
    Credit.objects.create(series=series, person=person, character_en="Lia", billing=1)
    tag = Tag.objects.get_or_create(slug="secret-heiress", defaults={"name_en": "Secret heiress"})[0]
    SeriesTag.objects.create(series=series, tag=tag)
    make_cover(series)
    return series


def make_cover(series: Series) -> Artwork:
    picture = io.BytesIO()
    Image.new("RGB", (54, 96), (160, len(series.slug), 64)).save(picture, "PNG")
    return Artwork.keep(io.BytesIO(picture.getvalue()), series=series, purpose=Artwork.Purpose.COVER)


def make_episode(
    series: Series,
    number: int | None = 1,
    *,
    kind: str = "episode",
    audio: Iterable[str] = ("en",),
    subtitles: Iterable[str] = ("es",),
) -> Episode:
    """An episode that can be submitted; the first of ``audio`` is the original sound, others are dubs."""
    episode = Episode.objects.create(series=series, number=number, kind=kind, title_en=f"The will, part {number}")
    cut = episode.default_cut()
    make_package(cut, audio=audio)
    for language in subtitles:
        add_subtitles(cut, language)
    compose(cut)
    return episode


def add_subtitles(cut: Cut, language: str, text: str = "You lied to me.") -> None:
    webvtt = f"WEBVTT\n\n00:01.000 --> 00:02.500\n{language}: {text}\n"
    hand_down(cut, language=language, kind="full", name=f"In {language}", webvtt=webvtt, origin_id=new_id())


def make_package(cut: Cut, *, audio: Iterable[str] = ("en",), master: Master | None = None) -> Package:
    """A film of ``master``, or of one of its own."""
    number = cut.packages.count() + 1
    salt = f"{cut.pk}-{number}"
    master = master or Master.objects.create(
        cut=cut,
        number=cut.masters.count() + 1,
        file=f"{cut.studio_id}/{new_id()}.mp4",
        original_name="episode.mp4",
        size_bytes=1,
        sha256=_sha256(f"{salt} master"),
        state=Master.State.ACCEPTED,
    )
    mezzanine = f"mezzanine of {salt}".encode() * 400
    poster = io.BytesIO()
    Image.new("RGB", (90, 160), (20, 90, number)).save(poster, "JPEG")
    package = Package(
        cut=cut,
        master=master,
        number=number,
        quality="preview",
        duration_ms=30_000,
        frame_count=750,
        poster_width_px=90,
        poster_height_px=160,
        poster_sha256=hashlib.sha256(poster.getvalue()).hexdigest(),
        mezzanine_bytes=len(mezzanine),
        mezzanine_sha256=hashlib.sha256(mezzanine).hexdigest(),
    )
    folder = f"{cut.studio_id}/packages/{package.pk}"
    package.poster.save(f"{folder}/poster.jpg", ContentFile(poster.getvalue()), save=False)
    package.mezzanine.save(f"{folder}/mezzanine.mp4", ContentFile(mezzanine), save=False)
    package.save(force_insert=True)
    for width_px, height_px in ((720, 1280), (360, 640)):
        _add_stream(package, lineup.picture(width_px, height_px, digest=_sha256(f"{salt} {height_px}")))
    for place, language in enumerate(audio):
        role = AudioTrack.Role.DUB if place else AudioTrack.Role.ORIGINAL
        track = AudioTrack.objects.get_or_create(cut=cut, language=language, role=role)[0]
        _add_stream(package, lineup.sound(digest=_sha256(f"{salt} {language}")).facts, track)
    return package


def _add_stream(package: Package, facts: Any, track: AudioTrack | None = None) -> None:
    stream = Stream.objects.create(
        digest=facts.digest, kind=facts.kind, facts=facts.to_json(), size_bytes=facts.size_bytes
    )
    Rendition.objects.create(package=package, stream=stream, audio_track=track)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Desk:
    """Two people of a studio who let titles go out: one submits, the other approves."""

    author: Any
    reviewer: Any

    def release(self, subject: Series | Episode, *, partners: Collection[Partner] = ()) -> Release:
        submit = submit_series if isinstance(subject, Series) else submit_episode
        return submit(subject, by=self.author, partners=partners).approve(by=self.reviewer)


def make_grant(partner: Partner, series: Series, **other: Any) -> Grant:
    """A grant of everything, everywhere, in all eight languages, since long ago and without end."""
    usual: dict[str, Any] = {
        "territories": TERRITORIES,
        "audio_languages": ["en"],
        "subtitle_languages": EIGHT,
        "modes": ["coin"],
        "from_at": LONG_AGO,
        "until_at": None,
    }
    return Grant.objects.make(partner, series, **{**usual, **other})


def relay_at(series: Series, at: datetime) -> list[FeedEntry]:
    """What the relay writes when it runs at that instant."""
    return with_what_it_needs(series.studio_id, lambda narrowed: _relayed(series, at, narrowed))


def _relayed(series: Series, at: datetime, narrowed: Any) -> list[FeedEntry]:
    with scope(series.studio_id, door="worker"):
        return bring_up_to_date(series, at=at, narrowed=narrowed)


def told(entries: Iterable[FeedEntry]) -> list[tuple[str, str]]:
    """Entries in short: what was done to which kind of subject."""
    return [(entry.operation, entry.noun) for entry in entries]


class Reader:
    """A partner's machine: it has a key and follows its cursor."""

    def __init__(self, key: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {key}"})
        self.cursor = ""
        self.sequences: list[int] = []
        self.copy: dict[str, dict[str, Any]] = {}

    @classmethod
    def of(cls, studio: Studio, partner: Partner) -> "Reader":
        with scope(studio):
            return cls(PartnerKey.make(partner))

    def get(self, path: str, **parameters: Any) -> Any:
        headers = parameters.pop("headers", None)
        return self.client.get(f"/feed/v1/{path}", parameters, headers=headers)

    def follow(self, limit: int = 50) -> list[dict[str, Any]]:
        """Read to the end, apply everything to the copy, and return the entries."""
        entries = []
        while True:
            page = self.get("changes", cursor=self.cursor, limit=limit).json()
            for entry in page["entries"]:
                self._apply(entry)
            entries += page["entries"]
            self.cursor = page["next_cursor"]
            if not page["has_more"]:
                return entries

    def _apply(self, entry: dict[str, Any]) -> None:
        self.sequences.append(entry["sequence"])
        if entry["operation"] == "delete":
            self.copy.pop(entry["id"], None)
        else:
            self.copy[entry["id"]] = entry["body"]


def in_a_day(at: datetime) -> datetime:
    return at + timedelta(days=1)
