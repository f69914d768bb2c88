"""Rows of every kind that the desk lists, made by the verbs that make them."""

from django.utils import timezone

from localization.importing import import_subtitles
from localization.models import Version
from studios.keys import new_id
from studios.models import User
from tests.titles.distribution.stories import make_episode, make_grant, make_series
from titles.catalog.models import Cut
from titles.distribution.models import Delivery, Partner
from titles.distribution.releasing import submit_episode
from titles.jobs.models import Job
from titles.media.models import AudioTrack, Finding, Master, Mix, PictureNote

SRT = "1\n00:00:01,000 --> 00:00:02,500\nYou lied to me.\n\n2\n00:00:03,000 --> 00:00:04,000\nIn my own house.\n"


def subtitles(cut: Cut, language: str, *, by: User, text: str = SRT) -> Version:
    """A draft."""
    return import_subtitles(text.encode(), filename=f"EP01.{language}.srt", cut=cut, language=language, by=by)


def master(cut: Cut, *, state: str = Master.State.RECEIVED, by: User | None = None) -> Master:
    """A master whose file nobody reads, with one finding where something was found."""
    number = cut.masters.count() + 1
    made = Master.objects.create(
        cut=cut,
        number=number,
        file=f"{cut.studio_id}/{new_id()}.mp4",
        original_name=f"EP{number:02d}.mp4",
        size_bytes=1_000_000,
        sha256=f"{new_id().hex}{new_id().hex}",
        state=state,
        uploaded_by=by,
    )
    if state == Master.State.NEEDS_WAIVER:
        Finding.objects.create(
            master=made,
            rule="duration",
            severity="needs waiver",
            sentence="It lasts 12.0 s.",
        )
    return made


def failed(job: Job, why: str = "The file is damaged. Export it again.") -> Job:
    return job.move(Job.State.WAITING, Job.State.FAILED, by=None, why=why, error=why, finished_at=timezone.now())


def one_of_each(place: int, *, author: User, reviewer: User) -> None:
    """A series, an episode, a master, a mix, a note, jobs, subtitles, a release, a partner, a grant, a delivery.

    Needs a scope.
    """
    series = make_series(f"heiress-{place}", f"The Secret Heiress {place}")
    episode = make_episode(series, 1)
    Job.enqueue("inspect", master(episode.default_cut(), by=author), by=author)
    subtitles(episode.default_cut(), "fr", by=author).submit(by=author)
    dub = AudioTrack.objects.create(cut=episode.default_cut(), language="fr", role=AudioTrack.Role.DUB)
    Mix.objects.create(audio_track=dub, number=1, author=author)
    PictureNote.say("The ring is missing.", cut=episode.default_cut(), at_ms=1_000, by=author)
    release = submit_episode(episode, by=author)
    partner = Partner.objects.make(f"Nova Reels {place}", f"nova-{place}")
    make_grant(partner, series)
    Delivery.objects.create(partner=partner, release=release)
    release.approve(by=reviewer)
