"""Partners on the desk: who receives, where it is pushed to, their deals and keys."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from studios.admin import Button, CardsInline, StudioAdmin
from studios.admin.base import StudioForm
from studios.admin.keys import KeyFields, scopes_in_words, standing_of
from studios.models import TooManyKeys, User
from studios.roles import Action
from studios.showing import without_secrets
from titles.distribution import transports
from titles.distribution.models import Deal, Partner, PartnerKey
from titles.distribution.models.partner import new_webhook_secret


class PartnerForm(StudioForm):
    """The dropbox's address holds a login, so it is written and never shown again."""

    new_dropbox = forms.CharField(
        label=_("New dropbox"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", "dir": "ltr"}),
        help_text=_(
            "Where packs go: file:///a/folder or s3://key:secret@host/bucket/prefix. Left empty, it stays as it is."
        ),
    )
    no_dropbox = forms.BooleanField(label=_("No packs any more"), required=False, widget=UnfoldBooleanSwitchWidget())

    class Meta:
        model = Partner
        fields = ["name", "slug", "profile", "webhook_url"]

    def clean_new_dropbox(self) -> str:
        address = self.cleaned_data["new_dropbox"]
        if address:
            try:
                transports.check(address)
            except transports.WrongAddress as reason:
                raise forms.ValidationError(str(reason)) from None
        return address

    def save(self, commit: bool = True) -> Partner:
        if self.cleaned_data.get("no_dropbox"):
            self.instance.dropbox = ""
        elif self.cleaned_data.get("new_dropbox"):
            self.instance.dropbox = self.cleaned_data["new_dropbox"]
        return super().save(commit)


def without_login(address: str) -> str:
    """An address as anybody may read it.

    >>> without_login("s3://key:secret@store.example/bucket/drop"), without_login("file:///srv/drop")
    ('s3://…@store.example/bucket/drop', 'file:///srv/drop')
    """
    return re.sub(r"^(\w+://)[^/]*@", r"\1…@", address.partition("?")[0])


class TooLittleSaid(Exception):
    """A key was asked for without what it needs; the text says what that is."""


class NewPartnerKey(KeyFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices, scopes.initial = PartnerKey.Scope.choices, PartnerKey.Scope.values


class DealInline(CardsInline):
    model = Deal
    writing = Action.DISTRIBUTE
    fields = [("name", "reference", "signed_date")]
    verbose_name_plural = _("Deals")
    ordering = ["-signed_date", "id"]


class PartnerAdmin(StudioAdmin):
    form = PartnerForm
    writing = Action.DISTRIBUTE
    change_form_template = "desk/partner.html"
    buttons = (
        Button(
            "restart_feed",
            _("Restart the feed"),
            Action.DISTRIBUTE,
            _("%(row)s pulls everything anew: all cursors given so far are refused."),
            tone="danger",
        ),
    )
    list_display = ["name", "slug", "profile", "created_at"]
    list_select_related = ["profile"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": [("name", "slug"), "profile"]}),
        (_("Packs"), {"fields": ["dropbox_now", "new_dropbox", "no_dropbox", "webhook_url"]}),
    ]
    readonly_fields = ["dropbox_now", "webhook_now"]
    inlines = [DealInline]

    def get_fieldsets(self, request: Any, obj: Partner | None = None) -> Any:
        """Whoever may not write sees what is there, and none of the fields that write."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": [("name", "slug"), "profile", "dropbox_now", "webhook_now"]})]

    @display(description=_("webhook address"))
    def webhook_now(self, partner: Partner) -> str:
        """Without what may be a key in it: that is for whoever may write it."""
        return without_secrets(partner.webhook_url) if partner.webhook_url else _now("none")

    @display(description=_("dropbox"))
    def dropbox_now(self, partner: Partner) -> str:
        return without_login(partner.dropbox) if partner.dropbox else _now("none")

    def press(self, button: Button, row: Partner, *, by: User, why: str) -> None:
        row.restart_feed()

    def page_of(self, request: Any, row: Partner) -> dict[str, Any]:
        return {
            **super().page_of(request, row),
            "may_distribute": self.has_change_permission(request, row),
            "keys": [(key, standing_of(key), scopes_in_words(key)) for key in row.keys.newest_first()],
            "new_key": NewPartnerKey(),
            "grants": row.grants.select_related("series", "deal").order_by("-created_at", "id")[:50],
            "deliveries": row.deliveries.select_related("release__series", "release__episode").newest_first()[:10],
        }

    # Secrets that are shown once

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<uuid:object_id>/keys/", wrap(self.make_key), name="distribution_partner_key"),
            path("<uuid:object_id>/keys/<uuid:key_id>/", wrap(self.revoke_key), name="distribution_partner_revoke"),
            path(
                "<uuid:object_id>/webhook-secret/", wrap(self.renew_webhook_secret), name="distribution_partner_secret"
            ),
            *super().get_urls(),
        ]

    def make_key(self, request: Any, object_id: str) -> HttpResponse:
        partner = self._to_change(request, object_id)
        if partner is None:
            return HttpResponseNotAllowed(["POST"])
        form = NewPartnerKey(request.POST)
        try:
            if not form.is_valid():
                raise TooLittleSaid(" ".join(str(each) for errors in form.errors.values() for each in errors))
            scopes, expires_at = form.cleaned_data["scopes"], form.expires_at()
            key = PartnerKey.make(partner, scopes=scopes, by=request.user, expires_at=expires_at)
        except (TooManyKeys, TooLittleSaid) as reason:
            self.message_user(request, str(reason), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:distribution_partner_change", args=[partner.pk]))
        lead = _now("The new key of %s for the feed. It is not shown again: only its hash is kept.") % partner
        return self._show_once(request, partner, _now("Partner key"), lead, key)

    def renew_webhook_secret(self, request: Any, object_id: str) -> HttpResponse:
        partner = self._to_change(request, object_id)
        if partner is None:
            return HttpResponseNotAllowed(["POST"])
        partner.webhook_secret = new_webhook_secret()
        partner.save(update_fields=["webhook_secret"])
        lead = _now("From now on webhooks to %s are signed with this secret. It is not shown again.") % partner
        return self._show_once(request, partner, _now("Webhook secret"), lead, partner.webhook_secret)

    def revoke_key(self, request: Any, object_id: str, key_id: str) -> HttpResponse:
        partner = self._to_change(request, object_id)
        if partner is None:
            return HttpResponseNotAllowed(["POST"])
        for key in partner.keys.filter(pk=key_id):
            key.revoke()
            self.message_user(request, _now("%s is refused from now on.") % key)
        return HttpResponseRedirect(reverse("admin:distribution_partner_change", args=[partner.pk]))

    def _to_change(self, request: Any, object_id: str) -> Partner | None:
        """The partner, for a person who may change it; None for anything but a POST."""
        if request.method != "POST":
            return None
        partner = self.get_object(request, object_id)
        if partner is None:
            raise Http404
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        return partner

    def _show_once(self, request: Any, partner: Partner, title: str, lead: str, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": partner,
            "title": title,
            "lead": lead,
            "secret": secret,
            "back": reverse("admin:distribution_partner_change", args=[partner.pk]),
        }
        return TemplateResponse(request, "desk/shown_once.html", context)
