"""Who works here: inviting a person, changing what a member may do, ending a membership."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
)

from studios.admin.base import StudioAdmin, may
from studios.admin.invitations import Invitations
from studios.joining import (
    AlreadyInvited,
    AlreadyMember,
    LastOwner,
    end,
    give_roles,
    invite,
    leave_an_owner,
    refuse_if_here,
)
from studios.lines import stands_on_one_line
from studios.models import Membership, StudioKey
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
    """The form that invites: the membership is made when the person accepts."""

    email = forms.EmailField(label=_("E-mail"), widget=UnfoldAdminEmailInputWidget())
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget(), validators=[stands_on_one_line]
    )
    field_order = ["email", "name", "roles", "languages"]

    def clean_email(self) -> str:
        try:
            refuse_if_here(self.cleaned_data["email"])
        except (AlreadyMember, AlreadyInvited) as reason:
            raise ValidationError(str(reason)) from None
        return self.cleaned_data["email"]

    def _post_clean(self) -> None:
        """There is no membership yet that could be checked."""


class MembershipAdmin(Invitations, StudioAdmin):
    #: Names of languages by BCP 47 tag; the composition root gives them, they live in an upper room.
    language_names: ClassVar[dict[str, str]] = {}
    writing = Action.MANAGE_MEMBERS
    list_display = ["person", "email", "roles_in_words", "languages_in_words", "created_at", "visit"]
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

    @display(description=_("visit"))
    def visit(self, member: Membership) -> str:
        """Until when somebody of the platform's staff is here, and why."""
        if member.ends_at is None:
            return ""
        return _now("until %(until)s: %(why)s") % {
            "until": formats.localize(timezone.localtime(member.ends_at)),
            "why": member.why,
        }

    @display(description=_("languages"), empty_value=_("all"))
    def languages_in_words(self, member: Membership) -> str:
        return ", ".join(self.language_names.get(tag, tag) for tag in member.languages)

    def get_fields(self, request: Any, obj: Membership | None = None) -> list[str]:
        return ["roles", "languages", *(["visit"] if obj and obj.is_visit else [])]

    def get_readonly_fields(self, request: Any, obj: Membership | None = None) -> list[str]:
        return ["visit"]

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
        person = {name: form.cleaned_data[name] for name in ("email", "name", "roles", "languages")}
        request.invited = invite(**person, by=request.user)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """An invitation has no rows that hang on it, and a membership neither."""

    def response_add(self, request: Any, obj: Membership, post_url_continue: str | None = None) -> HttpResponse:
        return self.hand_over(request, *request.invited)

    def page_of(self, request: Any, row: Any) -> dict[str, Any]:
        ways = [{"label": _now("What is held about them"), "address": reverse("admin:held", args=[row.pk])}]
        allowed = may(request, Action.MANAGE_MEMBERS)
        return {**super().page_of(request, row), "title": str(row.user), "ways": ways if allowed else []}

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
        keys = StudioKey.objects.live().filter(made_by=obj.user).values_list("name", flat=True)
        if keys:
            told = _now("Keys that %(person)s made still open the API: %(names)s. Revoke the ones that only they know.")
            self.message_user(request, told % {"person": obj.user, "names": ", ".join(keys)}, messages.WARNING)
