"""What changes when a studio has come in, as ordinary changes of its history, through the door "import"."""

from dataclasses import dataclass, field

from django.utils import timezone

from cms.leaving.accounts import Accounts
from cms.leaving.closing import EXPORT, TAKE_BACK
from studios.joining import invite
from studios.models import Invitation, Membership, Studio, StudioKey
from titles.distribution.models import Partner, PartnerKey
from titles.distribution.models.partner import new_webhook_secret
from titles.jobs.models import Job


@dataclass
class Arrival:
    """What has to be done by hand from here on."""

    #: By address: the secret of an invitation's link.
    links: dict[str, str] = field(default_factory=dict)
    keys: int = 0
    invitations: int = 0
    partners: int = 0


def arrive(accounts: Accounts) -> Arrival:
    """Revoke what lost its secret, end what was only of there, and invite whose address is taken. Needs the scope."""
    now = timezone.now()
    arrival = Arrival()
    studio = Studio.objects.current()
    if studio.state != Studio.State.ACTIVE:
        studio.move(studio.state, Studio.State.ACTIVE, by=None, why="imported", purged_after=None)
    for keys in (StudioKey, PartnerKey):
        arrival.keys += keys.objects.filter(revoked_at=None).update(revoked_at=now)
    arrival.invitations = Invitation.objects.open().update(withdrawn_at=now, email="", name="")
    for partner in Partner.objects.by_name():
        partner.webhook_secret = new_webhook_secret()
        partner.save(update_fields=["webhook_secret"])
        arrival.partners += 1
    for job in Job.objects.unfinished().filter(kind__in=[EXPORT, TAKE_BACK]):
        job.cancel(by=None)
    for identity, email in accounts.invited.items():
        member = Membership.objects.get(user=identity)
        name, roles, languages = member.user.name, member.roles, member.languages
        member.delete()
        arrival.links[email] = invite(email=email, name=name, roles=roles, languages=languages, by=None)[1]
    return arrival
