"""What allauth asks us: who may sign up (nobody), how mail is written, how secrets are kept."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from axes.utils import reset as forgive
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from cms.sessions import began_at
from studios.models import User
from studios.secrets import decipher, encipher


class Accounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People join by invitation."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Axes counts wrong passwords, by person and address together. allauth would count by each alone."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:preferences")

    def set_password(self, user: User, password: str) -> None:
        """Whoever has chosen a new password need not wait until old guesses are forgiven."""
        super().set_password(user, password)
        forgive(username=user.email)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has signed in a moment ago need not say the password again."""
        begun = began_at(self.request.session)
        is_fresh = begun is not None and time.time() - begun < app_settings.REAUTHENTICATION_TIMEOUT
        return not is_fresh and super().is_reauthentication_required(app=app, **kwargs)

    def is_safe_url(self, url: str) -> bool:
        """An address that is none (``http://[``) leads nowhere."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Every session is written down, so that its person can end it from elsewhere."""
        super().login(request, user)
        UserSession.objects.create_from_request(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of whoever reads it."""
        reader = User.objects.filter(email=email.lower()).first()
        with translation.override(reader.language if reader else translation.get_language()):
            super().send_mail(template_prefix, email, context)


class SecondFactors(DefaultMFAAdapter):
    """The secrets of authenticator apps have to be read back, so they are encrypted like all such secrets."""

    def encrypt(self, text: str) -> str:
        return encipher(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decipher(encrypted_text)
