"""The table of contents of the desk: every page that is reachable in it, and what it is assembled from."""

from django.contrib.admin import site

from cms.views.assigning import AssignmentPages
from cms.views.episode import EpisodePage
from cms.views.grant import GrantPages
from cms.views.master import MasterPages
from cms.views.notes import PictureNotePages
from cms.views.person import PersonPage
from cms.views.release import ReleasePage
from cms.views.series import SeriesPage
from cms.views.studio import StudioPage
from cms.views.version import VersionPage
from localization.models import Assignment, Version
from studios.admin import AuditAdmin, MembershipAdmin, StandInAdmin, StudioKeyAdmin
from studios.models import Change, Membership, StandIn, Studio, StudioKey
from titles.catalog.admin import TagAdmin
from titles.catalog.languages import OWN_NAMES
from titles.catalog.models import Episode, Person, Series, Tag
from titles.distribution.admin import DeliveryAdmin, PartnerAdmin
from titles.distribution.models import Delivery, Grant, Partner, Release
from titles.jobs.admin import JobAdmin
from titles.jobs.models import Job
from titles.media.models import Master, Mix, PictureNote
from titles.media.sound_admin import MixAdmin


class Members(MembershipAdmin):
    language_names = OWN_NAMES


# Titles
site.register(Series, SeriesPage)
site.register(Episode, EpisodePage)
site.register(Person, PersonPage)
site.register(Tag, TagAdmin)

# Production
site.register(Master, MasterPages)
site.register(Mix, MixAdmin)
site.register(Job, JobAdmin)
site.register(PictureNote, PictureNotePages)
site.register(Version, VersionPage)
site.register(Assignment, AssignmentPages)

# Distribution
site.register(Release, ReleasePage)
site.register(Partner, PartnerAdmin)
site.register(Grant, GrantPages)
site.register(Delivery, DeliveryAdmin)

# Studio
site.register(Studio, StudioPage)
site.register(Membership, Members)
site.register(StandIn, StandInAdmin)
site.register(StudioKey, StudioKeyAdmin)
site.register(Change, AuditAdmin)
