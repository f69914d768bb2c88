"""What is turned away before anybody looks at it: texts that no database can keep, and bodies that are too large."""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from cms.embedded.web import threads
from cms.views.uploads import may_upload
from titles.media.uploads import tus

#: Forms of strangers (the sign-in form) are small.
_MOST_BYTES_OF_A_STRANGER = 256 * 1024
#: Two megabytes of subtitles are the largest thing in a form of the desk; masters have an address of their own.
_MOST_BYTES_OF_A_FORM = 4 * 1024 * 1024
#: Field names and boundaries around an uploaded file.
_AROUND_A_FILE_BYTES = 64 * 1024
_TAKE_FILES = {"upload-master", "upload-sound"}
_TAKES_PIECES = {"uploads", "upload"}
_UPLOADS = "/uploads/"
#: Of so many requests at a time a process reads a body that may take long: all other threads go on serving the desk.
SLOW_SLOTS = threads // 4
#: Partners' programs are told in JSON what is wrong with what they sent, zero bytes included.
_FEED = "/feed/"

Answer = Callable[[HttpRequest], HttpResponse]


class PlainText:
    """Refuse addresses with a zero byte: PostgreSQL keeps none, and nobody types one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_zero = "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if has_zero and not request.path_info.startswith(_FEED):
            raise BadRequest("a zero byte in the address")
        return self.get_response(request)


class BodyLimit:
    """Refuse a body that nobody may send before a byte of it is read: it would be spooled to disk otherwise."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        length_bytes = int(length) if length.isdecimal() else 0  # Django reads nothing then
        if length_bytes <= _MOST_BYTES_OF_A_STRANGER:
            return self.get_response(request)
        most_bytes = _most_bytes(request)
        if length_bytes > most_bytes:
            return HttpResponse(
                _("This is larger than anything that is taken here (%d MB).") % (most_bytes // 1_000_000),
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)


class SlowBodies:
    """Let bodies that may come slowly take no more than a part of the threads, however many people send one.

    Those are uploads, and whatever strangers send, each with slots of their own. Whoever finds none is told to come
    again: programs that upload do so by themselves. Bodies of the desk's own forms are short, and from members.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._of_uploads = BoundedSemaphore(SLOW_SLOTS)
        self._of_strangers = BoundedSemaphore(SLOW_SLOTS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slots = self._slots_for(request)
        if slots is None:
            return self.get_response(request)
        if not slots.acquire(blocking=False):
            return tus.refusal(503, _("Too many files arrive at this moment. Try again in a few seconds."))
        try:
            return self.get_response(request)
        finally:
            slots.release()

    def _slots_for(self, request: HttpRequest) -> BoundedSemaphore | None:
        if not _has_body(request):
            return None
        if not request.user.is_authenticated:
            return self._of_strangers
        return self._of_uploads if request.path_info.startswith(_UPLOADS) else None


def _has_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH", "") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in request.META


def _most_bytes(request: HttpRequest) -> int:
    """How much this person may send to this address."""
    if not request.user.is_authenticated:
        return _MOST_BYTES_OF_A_STRANGER
    place = _place(request.path_info)
    if place in _TAKES_PIECES and request.content_type == tus.BYTES:
        return settings.MASTER_MOST_BYTES  # read by nobody before the sender is known to be allowed to
    if place in _TAKE_FILES and may_upload(request):
        return settings.MASTER_MOST_BYTES + _AROUND_A_FILE_BYTES
    return _MOST_BYTES_OF_A_FORM


def _place(path: str) -> str:
    """What the address is called; nothing where there is none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
