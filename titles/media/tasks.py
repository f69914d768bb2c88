"""What workers do for media: claim the best due job, and call."""

from celery import shared_task
from django.utils import timezone

from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media import checkpoints
from titles.media.burning_in import make_burned_in
from titles.media.composing import compose_for
from titles.media.inspecting import inspect
from titles.media.laying_back import lay_back
from titles.media.mending import mend
from titles.media.transcoding import own_encoder, transcode
from titles.media.uploads import arriving, sweeping
from titles.media.uploads.taking_in import take_in


@shared_task(name="titles.media.take_in")
def take_in_uploads(**_from_newer_senders: object) -> None:
    for job in Job.claimed(arriving.TAKE_IN):
        with leased(job) as lease:
            take_in(job, lease)


@shared_task(name="titles.media.sweep_uploads")
def sweep_uploads(**_from_newer_senders: object) -> None:
    sweeping.sweep(timezone.now())


@shared_task(name="titles.media.inspect")
def inspect_masters(**_from_newer_senders: object) -> None:
    for job in Job.claimed("inspect"):
        with leased(job) as lease:
            inspect(job, lease)


@shared_task(name="titles.media.transcode")
def transcode_masters(**_from_newer_senders: object) -> None:
    checkpoints.sweep()
    for job in Job.claimed("transcode", able=own_encoder()):
        with leased(job) as lease:
            transcode(job, lease)
        inspect_masters()  # nobody shall wait for a verdict until a whole season is transcoded


@shared_task(name="titles.media.mend")
def mend_streams(**_from_newer_senders: object) -> None:
    for job in Job.claimed("mend", able=own_encoder()):
        with leased(job) as lease:
            mend(job, lease)


@shared_task(name="titles.media.compose")
def compose_cuts(**_from_newer_senders: object) -> None:
    for job in Job.claimed("compose"):
        with leased(job):
            compose_for(job)


@shared_task(name="titles.media.encode_sound")
def encode_sounds(**_from_newer_senders: object) -> None:
    for job in Job.claimed("encode sound"):
        with leased(job) as lease:
            lay_back(job, lease)


@shared_task(name="titles.media.burn_in")
def burn_subtitles_in(**_from_newer_senders: object) -> None:
    for job in Job.claimed("burn in"):
        with leased(job) as lease:
            make_burned_in(job, lease)
