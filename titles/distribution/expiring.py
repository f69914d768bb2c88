"""Warning of partner keys and grants that run out."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from studios.expiring import AHEAD, warn
from studios.models import Studio
from studios.roles import Action
from studios.scope import scope
from titles.distribution.models import Grant, PartnerKey


def warn_of_everything(at: datetime) -> None:
    """Tell whoever distributes, in all studios. Opens its own scopes."""
    for studio_id in Studio.every_id():
        with scope(studio_id, door="worker"):
            _warn_of_keys(at)
            _warn_of_grants(at)


def _warn_of_keys(at: datetime) -> None:
    keys = PartnerKey.objects.live().filter(expires_at__range=(at, at + AHEAD[0])).select_related("partner")
    sentence = _("The key %(row)s of %(partner)s expires on %(end)s: make another one and let it take over.")
    warn(((key, key.expires_at, {"partner": key.partner}) for key in keys), Action.DISTRIBUTE, sentence, at=at)


def _warn_of_grants(at: datetime) -> None:
    grants = Grant.objects.standing().filter(term__endswith__range=(at, at + AHEAD[0]))
    sentence = _("The grant %(row)s ends on %(end)s.")
    grants = grants.select_related("partner", "series")
    warn(((grant, grant.term.upper, {}) for grant in grants), Action.DISTRIBUTE, sentence, at=at)
