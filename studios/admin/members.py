"""Who works here: inviting a person, changing what a member may do, ending a membership."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
)

from studios.admin.base import StudioAdmin
from studios.joining import (
    AlreadyMember,
    LastOwner,
    OthersAccount,
    account_to_add,
    end,
    give_roles,
    invite,
    leave_an_owner,
    new_link,
)
from studios.models import Membership
from studios.roles import Action, Role


class Roles(forms.ModelForm):
    """What a member may do, and in which languages."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget(), initial=[Role.VIEWER]
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("For editors and reviewers; none named means all."),
    )

    class Meta:
        model = Membership
        fields = ["roles", "languages"]


class NewRoles(Roles):
    def clean_roles(self) -> list[str]:
        roles = self.cleaned_data["roles"]
        if Role.OWNER not in roles:
            try:
                leave_an_owner(self.instance)
            except LastOwner as reason:
                raise ValidationError(str(reason)) from None
        return roles


class NewMember(Roles):
    """The form that invites: the membership is made with the person's account."""

    email = forms.EmailField(label=_("E-mail"), widget=UnfoldAdminEmailInputWidget())
    name = forms.CharField(label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget())
    field_order = ["email", "name", "roles", "languages"]

    def clean_email(self) -> str:
        try:
            account_to_add(self.cleaned_data["email"])
        except (AlreadyMember, OthersAccount) as reason:
            raise ValidationError(str(reason)) from None
        return self.cleaned_data["email"]


class MembershipAdmin(StudioAdmin):
    #: Names of languages by BCP 47 tag; the composition root gives them, they live in an upper room.
    language_names: ClassVar[dict[str, str]] = {}
    writing = Action.MANAGE_MEMBERS
    list_display = ["person", "email", "roles_in_words", "languages_in_words", "created_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    ordering = ["user__name", "id"]
    fields = ["roles", "languages"]
    add_fieldsets = [(None, {"fields": ["email", "name", "roles", "languages"]})]

    @display(description=_("person"), ordering="user__name")
    def person(self, member: Membership) -> str:
        return str(member.user)

    @display(description=_("e-mail"), ordering="user__email")
    def email(self, member: Membership) -> str:
        return member.user.email

    @display(description=_("roles"))
    def roles_in_words(self, member: Membership) -> str:
        return ", ".join(str(Role(role).label) for role in member.roles)

    @display(description=_("languages"), empty_value=_("all"))
    def languages_in_words(self, member: Membership) -> str:
        return ", ".join(self.language_names.get(tag, tag) for tag in member.languages)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change, form=NewRoles if change else NewMember, **kwargs)
        if "languages" in form.base_fields:  # not on the page of a person who may only look
            form.base_fields["languages"].choices = self.language_names.items()
        return form

    def save_model(self, request: Any, obj: Membership, form: Any, change: bool) -> None:
        """The form has refused what cannot be done, so that the sentence stands beside its field."""
        if change:
            give_roles(obj, roles=obj.roles, languages=obj.languages)
            return
        person = {name: form.cleaned_data[name] for name in ("email", "name")}
        request.invitation = invite(**person, roles=obj.roles, languages=obj.languages, by=request.user)
        obj.pk, obj.user = request.invitation.membership.pk, request.invitation.membership.user

    def response_add(self, request: Any, obj: Membership, post_url_continue: str | None = None) -> HttpResponse:
        secret = request.invitation.secret
        if not secret:
            notice = _now("%s is a member now and signs in with the password of their account.") % obj.user
            self.message_user(request, notice)
            return HttpResponseRedirect(reverse("admin:studios_membership_changelist"))
        return self._show_link(request, obj, secret)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sign_in_link)
        return [path("<uuid:object_id>/sign-in-link/", view, name="studios_membership_link"), *super().get_urls()]

    def sign_in_link(self, request: Any, object_id: str) -> HttpResponse:
        """A new link for a member who lost the old one."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        member = self.get_object(request, object_id)
        if member is None or not self.has_change_permission(request, member):
            raise PermissionDenied
        try:
            return self._show_link(request, member, new_link(member, by=request.user))
        except OthersAccount as reason:
            self.message_user(request, str(reason), "warning")
            return HttpResponseRedirect(reverse("admin:studios_membership_change", args=[member.pk]))

    def page_of(self, request: Any, row: Any) -> dict[str, Any]:
        return {**super().page_of(request, row), "title": str(row.user), "may_make_link": True}

    def _show_link(self, request: Any, member: Membership, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("Sign-in link for %s") % member.user,
            "lead": _now(
                "Send this link to %(name)s (%(email)s). It works once, for seven days, and is not shown again."
            )
            % {"name": member.user, "email": member.user.email},
            "secret": request.build_absolute_uri(reverse("sign-in-link", args=[secret])),
            "back": reverse("admin:studios_membership_changelist"),
        }
        return TemplateResponse(request, "desk/shown_once.html", context)

    # Ending a membership

    def get_actions(self, request: Any) -> dict[str, Any]:
        """Memberships end one by one, each with its own question."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_deleted_objects(self, objs: QuerySet[Membership], request: Any) -> Any:
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        others = Membership.objects.filter(roles__contains=[Role.OWNER]).exclude(pk__in=[each.pk for each in objs])
        if not others.exists():
            protected = [*protected, _now("The only owner of the studio: make somebody else an owner first.")]
        return to_delete, counts, missing, protected

    def delete_model(self, request: Any, obj: Membership) -> None:
        end(obj)
