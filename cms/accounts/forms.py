"""The form at the door."""

from typing import Any

from allauth.account.forms import LoginForm
from django.core.validators import MaxLengthValidator

from studios.models import User

_LONGEST = User._meta.get_field("email").max_length


class SignIn(LoginForm):
    """allauth's, ready to be typed into, for addresses as long as an account may have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["login"]
        field.validators.append(MaxLengthValidator(_LONGEST))
        field.widget.attrs |= {"autofocus": "", "maxlength": str(_LONGEST), "autocomplete": "username webauthn"}
