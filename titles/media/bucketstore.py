"""A bucket as a store of ours: no object is ever whole in memory, and a bucket that does not answer is told plainly."""

import functools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext as _
from storages.backends.s3 import S3File, S3Storage
from storages.utils import clean_name

from titles.jobs.leasing import TryLater

Verb = TypeVar("Verb", bound=Callable[..., Any])

_PART_BYTES = 8 * 1024 * 1024
# One part at a time: what is uploaded from a pipe has to be in memory for as long as it may have to be sent again.
_ONE_PART = TransferConfig(use_threads=False, multipart_chunksize=_PART_BYTES)
_TROUBLES = (Boto3Error, BotoCoreError, ClientError)


class StoreAway(TryLater, OSError):
    """The bucket does not answer, or refuses: nothing was changed, and the work can be done when it is back."""


def plainly(verb: Verb) -> Verb:
    """Have ``verb`` raise StoreAway instead of whatever the libraries raise."""

    @functools.wraps(verb)
    def asked(*arguments: Any, **options: Any) -> Any:
        try:
            return verb(*arguments, **options)
        except _TROUBLES as reason:
            raise StoreAway(
                _("The media store does not answer (%(reason)s). This is tried again by itself.")
                % {"reason": _in_words(reason)}
            ) from reason

    return asked  # type: ignore[return-value]


def _in_words(reason: Exception) -> str:
    """What went wrong, without addresses: they may hold secrets."""
    code = getattr(reason, "response", {}).get("Error", {}).get("Code", "")
    return code or type(reason).__name__


class BucketFile(S3File):
    """An object that is read: brought to the disk first, where it is larger than one part."""

    @plainly
    def _get_file(self) -> Any:
        return super()._get_file()

    file = property(_get_file, S3File._set_file)


class BucketStorage(S3Storage):
    """One prefix of a bucket."""

    _sessions = threading.local()

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            # Signed addresses of the older kind, which would be the default, are refused by newer buckets.
            "signature_version": "s3v4",
            "transfer_config": _ONE_PART,
            "max_memory_size": _PART_BYTES,
            "client_config": Config(
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 2},
                # Many S3-compatible stores refuse the checksums that boto3 sends by default; we have our own.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }

    def _create_session(self) -> boto3.Session:
        """The stores of a thread share one: what it reads of itself at first takes a tenth of a second."""
        shared = self._sessions.__dict__.setdefault("by_key", {})
        key = (self.access_key, self.secret_key)
        if key not in shared:
            shared[key] = super()._create_session()
        return shared[key]

    @plainly
    def keep_file(self, name: str, source: Path) -> None:
        """Upload the file ``source`` from where it lies. Raises StoreAway."""
        options = {"ExtraArgs": self._get_write_parameters(name), "Config": self.transfer_config}
        self._object(name).upload_file(str(source), **options)

    @plainly
    def fetch_file(self, name: str, target: Path) -> None:
        """Download an object to ``target``. Raises StoreAway."""
        self._object(name).download_file(str(target), Config=self.transfer_config)

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self.key(name))

    def key(self, name: str) -> str:
        """What the bucket calls the object ``name``."""
        return self._normalize_name(clean_name(name))

    @plainly
    def _open(self, name: str, mode: str = "rb") -> S3File:
        try:
            return BucketFile(self._normalize_name(clean_name(name)), mode, self)
        except ClientError as reason:
            if reason.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from reason
            raise

    _save = plainly(S3Storage._save)
    delete = plainly(S3Storage.delete)
    exists = plainly(S3Storage.exists)
    listdir = plainly(S3Storage.listdir)
    size = plainly(S3Storage.size)
    get_modified_time = plainly(S3Storage.get_modified_time)
