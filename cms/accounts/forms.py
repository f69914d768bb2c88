"""The forms at the door, and those that take what a passkey answers."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn
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


#: What the reader of a passkey's answer stumbles over in JSON that no browser sends.
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class _Answered:
    """Refuses an answer that is none, as one that is wrong."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyAtTheDoor(_Answered, webauthn.LoginWebAuthnForm):
    pass


class PasskeyAsSecondFactor(_Answered, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyOnceMore(_Answered, webauthn.ReauthenticateWebAuthnForm):
    pass


class NewPasskey(webauthn.AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except _MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None
