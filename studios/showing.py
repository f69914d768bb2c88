"""How states and progress look: a symbol, a word and a color together, so that no color has to be told apart."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Material Symbols and tone of every state in the house; the word beside it is the state's own.
_LOOKS = {
    "waiting": ("radio_button_unchecked", "quiet"),
    "received": ("radio_button_unchecked", "quiet"),
    "draft": ("edit", "quiet"),
    "none": ("remove", "quiet"),
    "running": ("timelapse", "busy"),
    "receiving": ("upload", "busy"),
    "open": ("chat_bubble", "warn"),
    "in review": ("hourglass_top", "busy"),
    "sent": ("outbox", "busy"),
    "needs waiver": ("warning", "warn"),
    "changes requested": ("reply", "warn"),
    "failed": ("close", "bad"),
    "rejected": ("close", "bad"),
    "cancelled": ("block", "quiet"),
    "withdrawn": ("block", "quiet"),
    "taken back": ("undo", "quiet"),
    "applied": ("check", "good"),
    "revoked": ("block", "quiet"),
    "done": ("check", "good"),
    "resolved": ("check", "good"),
    "accepted": ("check", "good"),
    "delivered": ("check", "good"),
    "approved": ("lock", "good"),
    "active": ("check", "good"),
    "suspended": ("pause", "warn"),
    "closing": ("hourglass_bottom", "bad"),
}


def without_secrets(address: str) -> str:
    """An address without login and query, which may hold keys.

    >>> without_secrets("https://me:secret@hooks.example:8443/in?key=1")
    'https://hooks.example:8443/in'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return "…"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def badge(state: str, word: Any) -> SafeString:
    """A state as symbol, word and color. A state that is not known here is shown quietly."""
    symbol, tone = _LOOKS.get(state, ("circle", "quiet"))
    return format_html(
        '<span class="badge badge-{}"><span class="material-symbols-outlined" aria-hidden="true">{}</span>{}</span>',
        tone,
        symbol,
        word,
    )


def progress_bar(permille: int, label: Any) -> SafeString:
    """How far something is; it grows from left to right in every language."""
    return format_html(
        '<span class="progress" dir="ltr"><progress max="1000" value="{}" aria-label="{}"></progress>'
        '<span class="progress-number">{}&nbsp;%</span></span>',
        permille,
        label,
        permille // 10,
    )


def address_of(noun: str, row_id: UUID) -> str:
    """Where the row has its page on the desk; empty for one of a kind that has none."""
    try:
        return reverse(f"admin:{noun.replace('.', '_')}_change", args=[row_id])
    except NoReverseMatch:
        return ""
