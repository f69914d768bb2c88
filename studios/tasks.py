"""What the clock and the workers do for the people of the studios."""

from celery import shared_task
from django.utils import timezone

from studios.expiring import warn_of_studio_keys
from studios.mailing import mail_everything_due


@shared_task(name="studios.mail")
def mail(**_from_newer_senders: object) -> None:
    mail_everything_due(timezone.now())


@shared_task(name="studios.expiring")
def expiring(**_from_newer_senders: object) -> None:
    warn_of_studio_keys(timezone.now())
