"""A real store with the S3 API for tests: OpenStack Swift on loopback, in a folder that is thrown away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
from botocore.config import Config

_KEY, _SECRET = "octavo:key", "secret"
_ROOT = Path(__file__).resolve().parent.parent.parent


class CannotRun(Exception):
    """Swift cannot run here; the text says why."""


class Swift:
    """A store that can be stopped and started again, at the same address and with all that it has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.swift.serving", str(self._folder), str(self.port)],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.strip().isdecimal(), f"Swift did not start: {said!r}"
        self.port = int(said)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    @property
    def is_up(self) -> bool:
        return self._process is not None

    def address(self, bucket: str) -> str:
        """As OCTAVO_STORAGE_URL and a partner's dropbox name a bucket."""
        return f"s3://{quote(_KEY, safe='')}:{_SECRET}@127.0.0.1:{self.port}/{bucket}?tls=off"

    def storage(self, bucket: str, *, location: str) -> dict[str, Any]:
        """What STORAGES says of a store that is a prefix of a bucket."""
        options = {"bucket_name": bucket, "access_key": _KEY, "secret_key": _SECRET, "location": location}
        options["endpoint_url"] = f"http://127.0.0.1:{self.port}"
        return {"BACKEND": "titles.media.bucketstore.BucketStorage", "OPTIONS": options}

    def bucket(self, name: str) -> Any:
        """The bucket, made where there is none."""
        store = boto3.resource(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=_KEY,
            aws_secret_access_key=_SECRET,
            region_name="us-east-1",
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        with suppress(store.meta.client.exceptions.BucketAlreadyOwnedByYou):
            store.create_bucket(Bucket=name)
        return store.Bucket(name)


@contextmanager
def open_swift(folder: Path) -> Iterator[Swift]:
    """Run Swift below ``folder``. Raises CannotRun."""
    _refuse(folder)
    swift = Swift(folder)
    swift.start()
    try:
        yield swift
    finally:
        swift.stop()


def _refuse(folder: Path) -> None:
    if find_spec("swift") is None:
        raise CannotRun("OpenStack Swift is not installed: it runs on Linux alone")
    probe = folder / "probe"
    probe.touch()
    try:
        os.setxattr(probe, "user.octavo", b"1")
    except OSError as reason:
        raise CannotRun(f"the folder for test data keeps no extended attributes ({reason.strerror})") from reason
