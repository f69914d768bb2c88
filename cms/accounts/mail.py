"""Handing mail over to its server without letting anybody wait for that.

A page that took longer whenever it really sends something would tell strangers which addresses have an account.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

log = logging.getLogger(__name__)
# What has been queued is still sent when the process ends.
_postman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="postman")


class SentBeside(EmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        _postman.submit(self._hand_over, list(email_messages))
        return len(email_messages)

    def _hand_over(self, email_messages: list[EmailMessage]) -> None:
        try:
            super().send_messages(email_messages)
        except Exception as reason:  # nobody waits for this thread, so nobody else would tell
            log.warning("%d message(s) could not be handed to the mail server: %s", len(email_messages), reason)
