"""``/.well-known/security.txt`` (RFC 9116): whom to tell about a weakness of this installation."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

#: What is said here is looked at again at least this often.
_HOLDS_FOR = timedelta(days=90)
_PLAIN = "text/plain; charset=utf-8"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """404 where the operator named no contact: a file without one says nothing, and is not valid."""
    if not settings.SECURITY_CONTACT:
        return HttpResponse(_("The operator has not named a contact."), status=404, content_type=_PLAIN)
    ends_at = (timezone.now() + _HOLDS_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    if settings.PUBLIC_ADDRESS.startswith("https://"):
        lines.append(f"Canonical: {settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('security-txt')}")
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=_PLAIN)
