"""The pages of masters: the list and a master as media defines them, their limits, and judging them again."""

from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from cms.views.judging import judging_page
from cms.views.limits import limits_page
from studios.admin import may
from studios.roles import Action
from titles.media.admin import MasterAdmin


class MasterPages(MasterAdmin):
    list_before_template = "desk/masters_ways.html"
    actions = ["judge_again"]

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(partial(view, self))

        return [
            path("limits/", wrap(limits_page), name="media_master_limits"),
            path("judge/", wrap(judging_page), name="media_master_judge"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"may_judge": may(request, Action.UPLOAD_MEDIA), **(extra_context or {})}
        return super().changelist_view(request, context)

    def has_judge_permission(self, request: Any) -> bool:
        return may(request, Action.UPLOAD_MEDIA)

    @action(description=_("Judge again by the limits of today"), permissions=["judge"])
    def judge_again(self, request: Any, masters: Any) -> HttpResponse:
        ids = ",".join(str(pk) for pk in masters.values_list("pk", flat=True)[:100])
        return HttpResponseRedirect(f"{reverse('admin:media_master_judge')}?ids={ids}")
