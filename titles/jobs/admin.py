"""Work on the desk: what runs, how far it is, what failed and what a person can do about it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.exceptions import NotRegistered
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from studios.admin import Button, LongListAdmin
from studios.models import MovedOn, User
from studios.roles import Action
from studios.showing import badge, progress_bar
from titles.jobs.models import UNFINISHED, Job, State

#: What the kinds of jobs are called on the desk.
WORK = {
    "take in": _("Take in an upload"),
    "inspect": _("Check a master"),
    "transcode": _("Transcode a master"),
    "align": _("Compare the sound with older masters"),
    "burn in": _("Burn subtitles in"),
    "encode sound": _("Check and encode sound"),
    "mend": _("Make a stream again"),
    "compose": _("Compose an edition"),
    "move to cold storage": _("Move a master to cold storage"),
    "recall": _("Recall a master"),
    "collect": _("Collect superseded files"),
    "hand down": _("Hand subtitles down"),
    "relay": _("Write feed entries"),
    "deliver": _("Deliver a pack"),
    "export": _("Export the studio"),
    "take back": _("Take everything back from partners"),
}

BUTTONS = (
    Button(
        "retry",
        _("Retry"),
        Action.UPLOAD_MEDIA,
        _("%(row)s: asked for again."),
        states=frozenset({State.FAILED, State.CANCELLED}),
        in_bulk=True,
        tone="primary",
    ),
    Button(
        "hurry",
        _("Do this first"),
        Action.UPLOAD_MEDIA,
        _("%(row)s: it is done first."),
        states=frozenset(UNFINISHED),
        in_bulk=True,
    ),
    Button(
        "cancel",
        _("Cancel"),
        Action.UPLOAD_MEDIA,
        _("%(row)s: cancelled."),
        states=frozenset(UNFINISHED),
        tone="danger",
    ),
)

_MEDIA = frozenset({"take in", "inspect", "transcode", "align", "encode sound", "mend"})
#: On which kinds of work. Nobody stops what tells partners that something was taken back, and a delivery is retried
#: and cancelled on its own page, where its state moves with it; leaving has a page of its own too.
PRESSED_ON = {
    "retry": frozenset(WORK) - {"deliver", "export", "take back"},
    "hurry": _MEDIA | {"recall"},
    "cancel": _MEDIA | {"move to cold storage", "collect"},
}


def named(jobs: Iterable[Job], site: Any, request: Any) -> list[Job]:
    """Give each job its ``work`` in words and a ``subject_link``: the row that it is about, by name.

    It takes one statement per kind of row, however many jobs there are.
    """
    jobs = list(jobs)
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for job in jobs:
        wanted[job.subject_noun].add(job.subject_id)
    links = {pk: link for noun, ids in wanted.items() for pk, link in _links(noun, ids, site, request)}
    for job in jobs:
        job.work = WORK.get(job.kind, job.kind)  # type: ignore[attr-defined]
        job.subject_link = links.get(job.subject_id, "")  # type: ignore[attr-defined]
    return jobs


def _links(noun: str, ids: set[UUID], site: Any, request: Any) -> Iterable[tuple[UUID, SafeString]]:
    model = apps.get_model(noun)
    try:
        desk = site.get_model_admin(model)
    except NotRegistered:
        return
    rows = desk.get_queryset(request).select_related(*(desk.list_select_related or []))
    for pk, row in rows.in_bulk(ids).items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
        yield pk, format_html('<a href="{}"><bdi>{}</bdi></a>', address, row)


class JobList(ChangeList):
    result_list: Any

    def get_results(self, request: Any) -> None:
        super().get_results(request)
        self.result_list = named(self.result_list, self.model_admin.admin_site, request)


class Standing(SimpleListFilter):
    """How it stands with a job, for a person who wants to do something about it."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("unfinished", _("waiting or running")), ("failed", _("failed, and not asked for again"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return {"unfinished": queryset.unfinished, "failed": queryset.failed_for_good}.get(
            self.value() or "", queryset.all
        )()


class OfKind(SimpleListFilter):
    title = _("work")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return list(WORK.items())

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class JobAdmin(LongListAdmin):
    buttons = BUTTONS
    refusals = (MovedOn,)
    list_display = ["work", "subject", "state_shown", "progress", "error", "tries", "created_at"]
    list_filter = [Standing, OfKind, "state"]
    lookups = ("kind__in",)
    list_display_links = ["work"]
    fields = [
        ("work", "subject"),
        ("state_shown", "progress", "step"),
        "error",
        "log",
        ("tries", "most_tries", "priority"),
        ("created_at", "due_at", "started_at", "finished_at"),
        "worker",
    ]

    def may_press(self, request: Any, button: Button, row: Any) -> bool:
        return row.kind in PRESSED_ON[button.verb] and super().may_press(request, button, row)

    def press(self, button: Button, row: Any, *, by: User, why: str) -> None:
        if row.kind not in PRESSED_ON[button.verb]:
            raise MovedOn(_now("This work belongs to something else, which has buttons of its own."))
        super().press(button, row, by=by, why=why)

    def get_changelist(self, request: Any, **kwargs: Any) -> type[ChangeList]:
        return JobList

    def get_queryset(self, request: Any) -> QuerySet[Job]:
        return super().get_queryset(request).newest_first()

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["work", "subject", "state_shown", "progress"]

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Job | None:
        job = super().get_object(request, object_id, from_field)
        return named([job], self.admin_site, request)[0] if job else None

    @display(description=_("work"), ordering="kind")
    def work(self, job: Any) -> str:
        return job.work

    @display(description=_("about"))
    def subject(self, job: Any) -> str:
        return job.subject_link

    @display(description=_("state"), ordering="state")
    def state_shown(self, job: Job) -> str:
        return badge(job.state, job.get_state_display())

    @display(description=_("progress"))
    def progress(self, job: Any) -> str:
        return progress_bar(job.progress_permille, job.step or job.work) if job.state in UNFINISHED else ""
