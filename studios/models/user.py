from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from studios.keys import new_id


@dataclass(frozen=True)
class Workplace:
    """A studio as somebody who works there finds it before entering."""

    id: UUID
    name: str
    state: str

    @property
    def is_suspended(self) -> bool:
        return self.state == "suspended"


def known_time_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not have."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone; write one such as Asia/Shanghai."), params={"name": name})


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(force_insert=True)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. What they may do is said by their memberships, studio by studio."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=16, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_time_zone])
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_platform = models.BooleanField(
        _("platform staff"),
        default=False,
        help_text=_("Creates and suspends studios, and sees none of what is in them."),
    )
    notices = models.JSONField(_("notices"), default=dict, blank=True)
    erased_at = models.DateTimeField(null=True, editable=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_staff(self) -> bool:
        """Everybody who may sign in works at the desk; the studio's roles decide the rest."""
        return self.is_active

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's global permissions are not used: roles in a studio are."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def workplaces(self) -> list[Workplace]:
        """The studios that this person works in, suspended ones too, before any scope is open."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, name, state FROM octavo_workplaces_of(%s)", [self.pk])
            return [Workplace(*row) for row in cursor.fetchall()]

    def studio_ids(self) -> list[Any]:
        """Ids of the studios that this person works in and that are not suspended, before any scope is open."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_studios_of(%s)", [self.pk])
            return [row[0] for row in cursor.fetchall()]
