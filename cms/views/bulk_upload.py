"""Uploading many episodes of a series at once: which file is which, what is missing, what is unfinished."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.admin import site
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from studios.admin import may
from studios.roles import Action
from titles.catalog.models import Episode, Series
from titles.catalog.naming import Match, match
from titles.jobs.models import Job
from titles.media.limits import MediaLimits
from titles.media.models import Master, Upload
from titles.media.uploads import arriving, sending

MOST_FILES = 1_000
_HIGHEST_NUMBER = 9_999
_LATELY = timedelta(days=7)

#: What the page's script says, with places in braces.
WORDS = {
    "noNumber": _("Say which episode this is."),
    "twice": _("Another file is for episode {number} too."),
    "notFilm": _("This is not a film: MP4, MOV or MKV is taken."),
    "tooLarge": _("Larger than {most}, the most that is taken."),
    "empty": _("The file is empty."),
    "mayNotCreate": _("There is no episode {number}, and you may not make one."),
    "willCreate": _("Episode {number} is new and will be made."),
    "replaces": _("Episode {number} has a master: this one replaces it."),
    "notVertical": _("Not 9:16."),
    "tooLong": _("Longer than {most}."),
    "resumes": _("{percent} have arrived already; it goes on from there."),
    "ready": _("ready"),
    "blocked": _("not sent before it is mended"),
    "waiting": _("waits for its turn"),
    "sending": _("is sent"),
    "retrying": _("connection lost, trying again"),
    "arrived": _("arrived"),
    "failed": _("failed"),
    "unknown": _("unknown"),
    "remove": _("Remove"),
    "removeNamed": _("Remove {name}"),
    "retry": _("Retry"),
    "retryNamed": _("Retry {name}"),
    "episodeOf": _("Episode number of {name}"),
    "progressOf": _("Progress of {name}"),
    "missing": _("Missing between the first and the last: {numbers}."),
    "overall": _("{done} of {all} arrived · {percent} · {speed} · {left} left"),
    "allArrived": _("All {all} files have arrived."),
    "someFailed": _("{done} of {all} arrived, {failed} failed."),
    "uploadAll": _("Upload {count}"),
    "signedOut": _("You were signed out. Sign in in another window, then retry."),
    "noAnswer": _("The connection was lost. It goes on by itself when it is back; or retry now."),
    "alreadyHere": _("{name} is in the list already."),
    "removeUnfinished": _("Forget it"),
}


@require_safe
def page(request: Any, object_id: str) -> HttpResponse:
    series = _series(request, object_id)
    context = {
        **site.each_context(request),
        "title": _now("Upload episodes"),
        "opts": Series._meta,
        "original": series,
        "settings": _settings(request, series),
    }
    return TemplateResponse(request, "desk/bulk_upload.html", context)


@require_POST
def names(request: Any, object_id: str) -> HttpResponse:
    """Say of each file name which episode it is; the whole batch at once, since names explain each other."""
    _series(request, object_id)
    asked = _asked(request, "names", str)
    return JsonResponse({"matches": [_told(each) for each in match(asked)]})


@require_POST
def episodes(request: Any, object_id: str) -> HttpResponse:
    """The ids of the episodes with these numbers; those that are not there yet are made, by whoever may."""
    series = _series(request, object_id)
    numbers = set(_asked(request, "numbers", int))
    if not all(0 <= number <= _HIGHEST_NUMBER for number in numbers):
        raise BadRequest("a number that no episode has")
    found = _ids(series, numbers)
    if found.keys() != numbers and not may(request, Action.EDIT_CATALOG):
        raise PermissionDenied
    for number in sorted(numbers - found.keys()):
        Episode.objects.create(series=series, number=number)
    return JsonResponse({"episodes": _ids(series, numbers)})


@require_safe
def standing(request: Any, object_id: str) -> HttpResponse:
    """What became of the uploads that the page asks for, and the person's unfinished ones of this series."""
    series = _series(request, object_id)
    asked = [identity for text in request.GET.get("ids", "").split(",") if (identity := _uuid(text))]
    mine = Upload.objects.of(request.user).filter(pk__in=asked[:MOST_FILES]).select_related("master", "cut")
    return JsonResponse({"uploads": _standings(list(mine)), "unfinished": _unfinished(request, series)})


def _series(request: Any, object_id: str) -> Series:
    series = site.get_model_admin(Series).get_object(request, object_id)
    if series is None:
        raise Http404
    if not may(request, Action.UPLOAD_MEDIA):
        raise PermissionDenied
    return series


def _asked(request: Any, name: str, kind: type) -> list[Any]:
    """The list ``name`` in the JSON that was sent. Raises BadRequest."""
    try:
        listed = json.loads(request.body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRequest("not what the page sends") from None
    if not isinstance(listed, list) or len(listed) > MOST_FILES or not all(type(each) is kind for each in listed):
        raise BadRequest("not what the page sends")
    return listed


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ids(series: Series, numbers: set[int]) -> dict[int, str]:
    found = Episode.objects.filter(series=series, number__in=numbers).values_list("number", "pk")
    return {number: str(identity) for number, identity in found if number is not None}


def _told(one: Match) -> dict[str, Any]:
    """In the language of the page; why a guess is uncertain is said shortly."""
    reason = _now("The name has several numbers: look whether this is the right one.") if one.reason else ""
    return {"number": one.number, "isFilm": one.kind == "video", "reason": reason if one.number is not None else ""}


def _settings(request: Any, series: Series) -> dict[str, Any]:
    limits = MediaLimits.from_json(request.studio.media_limits)
    place = [series.pk]
    return {
        "endpoint": reverse("uploads", args=[request.studio.pk]),
        "way": sending.way(),
        "names": reverse("admin:catalog_series_upload_names", args=place),
        "episodes": reverse("admin:catalog_series_upload_episodes", args=place),
        "standing": reverse("admin:catalog_series_upload_standing", args=place),
        "mostBytes": sending.most_bytes(),
        "longestMs": limits.longest_ms + limits.duration_tolerance_ms,
        "aspectTolerance": limits.aspect_tolerance,
        "mayCreate": may(request, Action.EDIT_CATALOG),
        "known": _known(series),
        "unfinished": _unfinished(request, series),
        "arrived": _arrived(request, series),
        "words": {key: str(word) for key, word in WORDS.items()},
    }


def _known(series: Series) -> dict[int, bool]:
    """The episodes that there are by number, and whether each has a master."""
    masters = Master.objects.filter(cut__episode=OuterRef("pk"), cut__is_default=True)
    numbered = Episode.objects.filter(series=series, number__isnull=False).annotate(has_master=Exists(masters))
    return {
        number: has_master for number, has_master in numbered.values_list("number", "has_master") if number is not None
    }


def _unfinished(request: Any, series: Series) -> list[dict[str, Any]]:
    """What this person began for this series and has not sent to the end, oldest first."""
    begun = Upload.objects.of(request.user).receiving().filter(cut__episode__series=series)
    return [
        {
            "address": reverse("upload", args=[each.studio_id, each.pk]),
            "name": each.name,
            "size": each.size_bytes,
            "arrived": arriving.arrived_bytes(each),
            "number": each.cut.episode.number,
        }
        for each in begun.select_related("cut__episode").order_by("id")[:MOST_FILES]
    ]


def _arrived(request: Any, series: Series) -> list[dict[str, Any]]:
    """What this person has sent to the end lately: who drops a whole season again, sends the rest of it."""
    whole = Upload.objects.of(request.user).filter(
        cut__episode__series=series,
        state__in=[Upload.State.COMPLETE, Upload.State.TAKEN_IN],
        created_at__gte=timezone.now() - _LATELY,
    )
    columns = whole.values_list("pk", "name", "size_bytes", "cut__episode__number").order_by("-id")[:MOST_FILES]
    return [{"id": str(pk), "name": name, "size": size, "number": number} for pk, name, size, number in columns]


def _standings(uploads: list[Upload]) -> dict[str, Any]:
    """By id: a word for its state, whether more is to come, and what is wrong."""
    subjects = [each.pk for each in uploads] + [each.master_id for each in uploads if each.master_id]
    failed = dict(Job.objects.failed_for_good().filter(subject_id__in=subjects).values_list("subject_id", "error"))
    return {str(each.pk): _standing(each, failed) for each in uploads}


def _standing(upload: Upload, failed: dict[UUID, str]) -> dict[str, Any]:
    about = [upload.pk, upload.master_id] if upload.master_id else [upload.pk]
    trouble = next((failed[each] for each in about if each in failed), upload.refusal)
    if upload.master is None:
        is_moving = upload.state == Upload.State.COMPLETE and not trouble
        return {"word": upload.get_state_display(), "isMoving": is_moving, "trouble": trouble, "address": ""}
    address = reverse("admin:catalog_episode_change", args=[upload.cut.episode_id])
    is_moving = upload.master.state == Master.State.RECEIVED and not trouble
    word = upload.master.get_state_display()
    return {"word": word, "isMoving": is_moving, "trouble": trouble, "address": address}
