"""What workers do for media: claim the best due job, and call."""

from celery import shared_task
from django.utils import timezone

from studios.models import Studio
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media import checkpoints, cold, collecting, removing
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


@shared_task(name="titles.media.move_to_cold")
def move_masters_to_cold(**_from_newer_senders: object) -> None:
    for job in Job.claimed(cold.MOVE):
        with leased(job) as lease:
            cold.move_to_cold(job, lease)


@shared_task(name="titles.media.recall")
def recall_masters(**_from_newer_senders: object) -> None:
    for job in Job.claimed(cold.RECALL):
        with leased(job) as lease:
            cold.recall(job, lease)


@shared_task(name="titles.media.collect")
def collect_files(**_from_newer_senders: object) -> None:
    for job in Job.claimed(collecting.COLLECT):
        with leased(job) as lease:
            collecting.collect_for(job, lease)


@shared_task(name="titles.media.finish_removals")
def finish_removals(**_from_newer_senders: object) -> None:
    """Delete what a collector decided on before it was killed, so that nobody who writes there waits for long."""
    for studio_id in Studio.every_id():
        removing.finish(studio_id)
