"""A dropbox that is a bucket: ``s3://key:secret@host[:port]/bucket[/prefix][?tls=off&region=…]``."""

from urllib.parse import SplitResult, parse_qs, unquote

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils.translation import gettext as _

from titles.distribution.addresses import NoSuchHost, NotPublic, public_addresses
from titles.distribution.transports.dropbox import Dropbox, Unreachable, WrongAddress
from titles.distribution.transports.pinned import PinnedStorage

SCHEME = "s3"

# One part in memory at a time, whatever the size of the file.
_ONE_PART = TransferConfig(use_threads=False, multipart_chunksize=8 * 1024 * 1024)
# Many S3-compatible stores refuse the checksums that boto3 sends by default; the pack has its own.
_CONFIG = Config(
    connect_timeout=10,
    read_timeout=60,
    retries={"max_attempts": 2},
    s3={"addressing_style": "path"},
    signature_version="s3v4",
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def check(address: SplitResult) -> None:
    """Raises WrongAddress for what can never be a bucket of a partner. Nobody is asked."""
    bucket = address.path.strip("/").partition("/")[0]
    if not (address.hostname and address.username and address.password and bucket):
        raise WrongAddress(_("A bucket is written as s3://key:secret@host/bucket/prefix."))
    if not _has_tls(address) and address.hostname not in settings.PRIVATE_PARTNER_HOSTS:
        raise WrongAddress(_("Only hosts that the operator named may be reached without TLS."))


def opened(address: SplitResult) -> Dropbox:
    """Raises WrongAddress, and Unreachable where the host does not resolve."""
    check(address)
    bucket, _slash, prefix = address.path.strip("/").partition("/")
    scheme, port = ("https", address.port or 443) if _has_tls(address) else ("http", address.port or 80)
    host = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname
    storage = PinnedStorage(
        _addresses(address.hostname or "", port),
        access_key=unquote(address.username or ""),
        secret_key=unquote(address.password or ""),
        endpoint_url=f"{scheme}://{host}:{port}",
        region_name=_options(address).get("region", ["us-east-1"])[0],
        bucket_name=bucket,
        location=prefix.strip("/"),
        file_overwrite=True,
        max_memory_size=_ONE_PART.multipart_chunksize,
        transfer_config=_ONE_PART,
        client_config=_CONFIG,
    )
    # botocore has ValueErrors of its own for hosts and regions that cannot be.
    return Dropbox(storage, troubles=(Boto3Error, BotoCoreError, ClientError, OSError, ValueError))


def _addresses(host: str, port: int) -> list[str]:
    try:
        return public_addresses(host, port, private_hosts=settings.PRIVATE_PARTNER_HOSTS)
    except NotPublic as reason:
        raise WrongAddress(str(reason)) from reason
    except NoSuchHost as reason:
        raise Unreachable(str(reason)) from reason


def _has_tls(address: SplitResult) -> bool:
    return _options(address).get("tls") != ["off"]


def _options(address: SplitResult) -> dict[str, list[str]]:
    return parse_qs(address.query)
