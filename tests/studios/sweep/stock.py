"""At least one row of every table in Lantern, with a mark in every text that somebody could have written."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from localization.importing import import_subtitles
from localization.models import Assignment, Conforming, TimingConfirmation, Version
from studios.keys import new_id
from studios.models import (
    Invitation,
    Membership,
    Notice,
    PersonalText,
    StandIn,
    Studio,
    StudioKey,
    User,
)
from studios.scope import scope
from studios.secrets import SecretField
from tests.titles.distribution.stories import make_episode, make_grant, make_series, relay_at
from titles.catalog.models import Credit, Cut, Episode, Person, Series
from titles.distribution.models import Attempt, Deal, Delivery, Partner, PartnerKey, Profile
from titles.distribution.releasing import submit_episode, submit_series
from titles.jobs.models import Job
from titles.media.handing_down import hand_down
from titles.media.models import (
    Alignment,
    AudioTrack,
    BurnedIn,
    Chunk,
    Finding,
    Layback,
    Master,
    Mix,
    MixFile,
    PictureNote,
    Removal,
    Stream,
    Waiver,
)
from titles.media.models.upload import begun

MARK = "lanternmark"
#: The studio's own name: part of the mark, of addresses of mail, and of all that is called after it.
NAME = "lantern"
#: What to search for: a page that repeats it does not show the mark by that.
PART_OF_MARK = "anternmar"
#: Texts that only machines write.
_TEXTS_OF_MACHINES = {"sha256", "secret_hash", "digest", "noun", "operation", "door", "prefix", "file_name"}


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to a studio, tables between two others included."""
    of_studios = [
        model
        for model in apps.get_models(include_auto_created=True)
        if any(column.name == "studio" for column in model._meta.concrete_fields)
    ]
    return [Studio, *of_studios]


@dataclass
class Stock:
    """What a studio has after ``fill``; ``mark`` stands in every text that somebody could have written."""

    studio: Studio
    author: User
    reviewer: User
    mark: str = MARK

    def fill(self) -> None:
        """Make the rows by the verbs that make them, then mark what the verbs did not take a mark for."""
        with scope(self.studio, person=self.author, door="admin"):
            series = make_series(f"{self.mark}-heiress", f"The {self.mark} heiress")
            episode = make_episode(series)
            for model in (Series, Episode, Person, Credit):
                self._mark_rows(model)
            series.refresh_from_db()
            episode.refresh_from_db()
            self._localize(episode.default_cut())
            self._dub(episode.default_cut())
            self._replace(episode.default_cut())
            self._burn_in(episode.default_cut())
            self._collect(episode.studio_id)
            self._distribute(series, episode)
            self._fail_a_job()
            self._staff(episode)
            StudioKey.make(f"{self.mark} reporting", scopes=["catalog"], by=self.author)
        relay_at(series, timezone.now())
        self._mark_what_verbs_leave_empty()

    def _localize(self, cut: Cut) -> None:
        Cut.objects.create(episode=cut.episode, is_default=False, name=f"{self.mark} without the kiss")
        for language in ("fr", "es"):
            data = f"1\n00:00:01,000 --> 00:00:02,000\nA {self.mark} line.\n".encode()
            name = f"{self.mark}.{language}.srt"
            version = import_subtitles(data, filename=name, cut=cut, language=language, by=self.author)
            version.submit(by=self.author)
        version.ask_for_changes(by=self.reviewer, why=f"Too {self.mark}.")
        webvtt = f"WEBVTT\n\n00:01.000 --> 00:02.500\n{self.mark} below\n"
        hand_down(cut, language="ar", kind="full", name=f"In {self.mark}", webvtt=webvtt, origin_id=new_id())
        master = Master.objects.create(
            cut=cut,
            number=2,
            file=f"{cut.studio_id}/{new_id()}.mp4",
            original_name=f"{self.mark}_EP01.mp4",
            size_bytes=1_000_000,
            sha256=f"{new_id().hex}{new_id().hex}",
            state=Master.State.NEEDS_WAIVER,
            uploaded_by=self.author,
        )
        begun(
            identity=new_id(),
            person=self.author,
            cut=cut,
            name=f"{self.mark}_EP02.mp4",
            size_bytes=9,
            metadata=self.mark,
        )
        Finding.objects.create(
            master=master,
            rule="duration",
            severity="needs waiver",
            sentence=f"{self.mark} lasts 12.0 s.",
            values={"note": self.mark},
        )
        Chunk.objects.create(
            master=master,
            subject_id=master.pk,
            plan="f" * 64,
            encoder="n8",
            index=0,
            first_frame=0,
            frame_count=1,
            file=f"{cut.studio_id}/{self.mark}.mp4",
            sha256="f" * 64,
            size_bytes=1,
            token=1,
        )
        Waiver.objects.create(master=master, rule="black", why=f"{self.mark} is a dark one.", person=self.reviewer)
        note = PictureNote.say(f"The {self.mark} ring is missing.", cut=cut, at_ms=1_000, by=self.author)
        note.answer(f"It is in her {self.mark} hand.", by=self.reviewer)

    def _replace(self, cut: Cut) -> None:
        """A picture that was replaced, with subtitles confirmed for it."""
        old, new = Master.objects.filter(cut=cut).order_by("number")
        Alignment.objects.create(
            old_master=old, new_master=new, passages=[], confidence=0.5, old_duration_ms=1, new_duration_ms=1
        )
        conforming = Conforming.objects.create(cut=cut, master=new, author=self.author)
        version = Version.objects.filter(track__cut=cut).first()
        TimingConfirmation.objects.create(version=version, master=new, conforming=conforming, person=self.author)

    def _collect(self, studio_id: UUID) -> None:
        """What the collector took away of an older film."""
        name = f"{studio_id}/packages/{self.mark}"
        Removal.objects.create(store="packages", name=name, why=Removal.Why.SUPERSEDED, person=self.author)

    def _dub(self, cut: Cut) -> None:
        """A dub in review, laid to a picture."""
        track = AudioTrack.objects.create(cut=cut, language="fr", role=AudioTrack.Role.DUB)
        told = f"{self.mark} is too long."
        findings = [{"rule": "length", "measured": 2, "limit": 1, "severity": "needs waiver", "sentence": told}]
        mix = Mix.objects.create(
            audio_track=track, number=1, author=self.author, inspection={"heard": {}, "findings": findings}
        )
        mix.submit(by=self.author)
        name, digest = f"{self.mark}_EP01_fr.wav", f"{new_id().hex}{new_id().hex}"
        stored = f"{cut.studio_id}/{new_id()}"
        MixFile.objects.create(mix=mix, file=f"{stored}.wav", original_name=name, size_bytes=1_000, sha256=digest)
        stream = Stream.objects.first()
        Layback.objects.create(
            mix=mix,
            picture=stream,
            stream=stream,
            mezzanine=f"{stored}.mp4",
            mezzanine_bytes=1,
            mezzanine_sha256=digest,
        )

    def _burn_in(self, cut: Cut) -> None:
        package, sidecar = cut.packages.newest_first().first(), cut.sidecars.first()
        BurnedIn.objects.create(package=package, sidecar=sidecar, style="0" * 64)

    def _distribute(self, series: Series, episode: Episode) -> None:
        partner = Partner.objects.make(
            f"{self.mark} reels",
            f"{self.mark}-reels",
            dropbox=f"s3://key:{self.mark}@127.0.0.1/bucket/x",
            profile=Profile.objects.create(name=f"{self.mark} profile", data={"note": self.mark}),
        )
        PartnerKey.make(partner)
        make_grant(partner, series, deal=Deal.objects.create(partner=partner, name=f"{self.mark} deal"))
        submit_series(series, by=self.author).approve(by=self.reviewer)
        release = submit_episode(episode, by=self.author, partners=[partner])
        release.approve(by=self.reviewer)
        episode.title_en = f"A new {self.mark} title"
        episode.save()
        submit_episode(episode, by=self.author)
        delivery = Delivery.objects.create(partner=partner, release=release)
        Attempt.objects.create(
            delivery=delivery, step="pack", succeeded=False, error=f"{self.mark} refused", started_at=timezone.now()
        )

    def _fail_a_job(self) -> None:
        job = Job.objects.filter(state=Job.State.WAITING).first()
        job.move(Job.State.WAITING, Job.State.FAILED, by=None, why=self.mark, error=f"{self.mark} is damaged.")

    def _staff(self, episode: Episode) -> None:
        author, reviewer = (Membership.objects.get(user=user) for user in (self.author, self.reviewer))
        today = timezone.localdate()
        StandIn.objects.create(approver=author, deputy=reviewer, from_date=today, until_date=today + timedelta(days=3))
        Invitation.make(
            email=f"nina@{self.mark}.example",
            name=f"Nina {self.mark}",
            roles=["editor"],
            languages=["fr"],
            by=self.author,
        )
        Assignment.objects.create(member=reviewer, episode=episode, language="fr", made_by=self.author)
        Notice.objects.create(
            person=self.author,
            kind="refusal",
            sentence=f"{self.mark} was sent back",
            noun="catalog.episode",
            row_id=episode.pk,
        )
        PersonalText.objects.create(noun="catalog.person", row_id=new_id(), text=f"{self.mark} person")

    def _mark_rows(self, model: type[models.Model]) -> None:
        texts = [column for column in model._meta.concrete_fields if _is_free_text(column)]
        for row in model._base_manager.all():
            values = {column.attname: f"{self.mark} {getattr(row, column.attname) or ''}".strip() for column in texts}
            model._base_manager.filter(pk=row.pk).update(**values)

    def _mark_what_verbs_leave_empty(self) -> None:
        with scope(self.studio, door="worker"):
            for model, column in _texts():
                if _is_without(self.mark, model, column):
                    with suppress(DatabaseError), transaction.atomic():  # frozen, or not free after all
                        model._base_manager.update(**{column.attname: self.mark})


def _texts() -> list[tuple[type[models.Model], Any]]:
    """Columns of free text. A studio keeps its name: its own guests see that."""
    return [
        (model, column)
        for model in tenant_models()
        for column in model._meta.concrete_fields
        if model is not Studio and _is_free_text(column)
    ]


def _is_free_text(column: Any) -> bool:
    if column.choices or column.name in _TEXTS_OF_MACHINES or isinstance(column, (SecretField, ArrayField)):
        return False
    if isinstance(column, (models.FileField, models.SlugField, models.EmailField, models.URLField)):
        return False
    return isinstance(column, (models.CharField, models.TextField)) and (column.max_length or 999) >= 80


def _is_without(mark: str, model: type[models.Model], column: Any) -> bool:
    return not model._base_manager.filter(**{f"{column.name}__icontains": mark}).exists()


def tables_without_a_row(lantern: Studio) -> list[str]:
    with scope(lantern):
        return [model._meta.label for model in tenant_models() if not model._base_manager.exists()]


def texts_without_a_mark(lantern: Studio) -> list[str]:
    """Columns of free text in which no row has the mark."""
    with scope(lantern):
        return [f"{model._meta.label}.{column.name}" for model, column in _texts() if _is_without(MARK, model, column)]


def ids_of(studio: Studio) -> set[str]:
    """The id of every row that a studio has: each of them is a mark as well."""
    found: set[str] = set()
    with scope(studio):
        for model in tenant_models():
            found |= {str(identity) for identity in model._base_manager.values_list("pk", flat=True)}
    return {identity for identity in found if len(identity) == 36}


def fingerprint(studio: Studio) -> dict[str, str]:
    """A digest of all rows that a studio has, table by table."""
    digests = {}
    with scope(studio), connection.cursor() as cursor:
        for model in tenant_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row")  # noqa: S608
            digests[model._meta.label] = cursor.fetchone()[0]
    return digests


def row_of(model: type[models.Model]) -> Any:
    """A row of Lantern's of this kind: the one with the mark where there is one. Needs Lantern's scope."""
    return model._base_manager.order_by("-pk").first()
