"""A bucket that is reached at addresses that were checked: its name is not resolved a second time.

Whoever owns a name may let it lead elsewhere a moment later, into somebody's own network for example.
"""

import socket
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.awsrequest import AWSHTTPConnectionPool, AWSHTTPSConnectionPool
from botocore.httpsession import URLLib3Session
from storages.backends.s3 import S3Storage
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from titles.distribution.addresses import connected


class PinnedStorage(S3Storage):
    """A bucket at ``addresses`` (IP addresses of its host), whatever the name of the host leads to by now."""

    def __init__(self, addresses: Sequence[str], **options: Any) -> None:
        self._addresses = addresses
        super().__init__(**options)

    def _create_session(self) -> boto3.Session:
        session = super()._create_session()
        config = self.client_config
        pinned = PinnedSession(self._addresses, timeout=(config.connect_timeout, config.read_timeout))
        # Whatever a handler of this event returns is taken for the answer of the bucket.
        session.events.register("before-send.s3", lambda request, **_more: pinned.send(request))
        return session


class PinnedSession(URLLib3Session):
    """botocore's way to send requests, without proxies, to ``addresses`` alone."""

    def __init__(self, addresses: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self._manager.pool_classes_by_scheme = {
            "http": _pinned(AWSHTTPConnectionPool, addresses),
            "https": _pinned(AWSHTTPSConnectionPool, addresses),
        }


def _pinned(pool: Any, addresses: Sequence[str]) -> Any:
    """A pool of connections that keep the name for TLS and for the Host header, and do not look it up."""

    class Connection(pool.ConnectionCls):
        def _new_conn(self) -> socket.socket:
            try:
                return connected(addresses, self.port, self.timeout)
            except TimeoutError as reason:
                raise ConnectTimeoutError(self, f"no connection to {self.host} in {self.timeout} s") from reason
            except OSError as reason:
                raise NewConnectionError(self, f"no connection to {self.host}: {reason}") from reason

    class Pool(pool):
        ConnectionCls = Connection

    return Pool
