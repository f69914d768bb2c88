"""What the clock does away with: sessions that are over, tries that are forgiven, invitations nobody accepted."""

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from cms.leaving import preparing
from studios.joining import forget_lapsed
from studios.models import Studio
from studios.scope import scope
from titles.media import checkpoints


@shared_task(name="cms.tidy")
def tidy(**_from_newer_senders: object) -> None:
    """Keep nothing of people for longer than it is good for."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - settings.AXES_COOLOFF_TIME).delete()
    for studio_id in Studio.every_id():
        with scope(studio_id, door="worker"):
            forget_lapsed()
    preparing.forget(timezone.now())
    checkpoints.sweep()
