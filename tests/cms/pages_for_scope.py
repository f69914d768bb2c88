"""Addresses that misbehave in the ways that the scope of a request has to survive."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from cms import urls
from titles.catalog.models import Series


def write_and_break(request: HttpRequest) -> HttpResponse:
    Series.objects.create(slug="half-made")
    raise RuntimeError("in the middle")


def write_and_miss(request: HttpRequest) -> HttpResponse:
    Series.objects.create(slug="half-made")
    raise Http404


def write(request: HttpRequest) -> HttpResponse:
    Series.objects.create(slug="made")
    return HttpResponse("done")


def write_and_break_in_the_template(request: HttpRequest) -> HttpResponse:
    Series.objects.create(slug="half-made")
    return TemplateResponse(request, _template("{% load desk %}{{ nothing|time_code }}"), {})


def list_in_the_template(request: HttpRequest) -> HttpResponse:
    """The query runs when the template is rendered, long after the view returned."""
    return TemplateResponse(request, _template("{% for each in rows %}{{ each.slug }}{% endfor %}"), _lazily())


def _lazily() -> dict[str, Any]:
    return {"rows": Series.objects.order_by("slug", "id")}


def _template(text: str) -> Any:
    return engines["django"].from_string(text)


urlpatterns = [
    path("admin/breaks/", admin.site.admin_view(write_and_break)),
    path("admin/misses/", admin.site.admin_view(write_and_miss)),
    path("admin/writes/", admin.site.admin_view(write)),
    path("admin/breaks-late/", admin.site.admin_view(write_and_break_in_the_template)),
    path("admin/lists/", admin.site.admin_view(list_in_the_template)),
    *urls.urlpatterns,
]
