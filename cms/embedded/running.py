"""A whole Octavo as a child of ours, for as long as a block lasts: what the demo and the tests stand on."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from cms.embedded.home import CHECKOUT, CannotStart
from titles.jobs.children import dying_with

_READY_WITHIN_S = 120.0
_ENDS_WITHIN_S = 60.0


class NotReady(CannotStart):
    def __init__(self, why: str) -> None:
        super().__init__(f"Octavo did not become ready: {why}.")


@dataclass(frozen=True)
class Running:
    """A running `manage.py up` and where it answers, such as ``http://127.0.0.1:8000``."""

    process: subprocess.Popen[bytes]
    address: str

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        return self.readiness().get("ready") is True

    def readiness(self) -> Mapping[str, object]:
        """What /readyz says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=10) as answer:  # noqa: S310 - our own
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            return json.load(refusal) if refusal.code == 503 else {"readyz": f"answers {refusal.code}"}
        except OSError:
            return {}

    def wait_until_ready(self) -> None:
        """Raises NotReady."""
        patience = time.monotonic() + _READY_WITHIN_S
        while not self.is_ready():
            if self.process.poll() is not None:
                raise NotReady(f"it ended with exit code {self.process.returncode}")
            if time.monotonic() > patience:
                raise NotReady(f"after {_READY_WITHIN_S:.0f} s it says {dict(self.readiness())}")
            time.sleep(0.1)


@contextmanager
def up(*, port: int, environment: Mapping[str, str] | None = None, is_quiet: bool = True) -> Iterator[Running]:
    """Run `manage.py up` for the length of the block; what its parts say is in the home's logs.

    Leaving the block drains it. If we are killed it drains by itself, since it is told by the kernel.
    """
    process = subprocess.Popen(
        [sys.executable, str(CHECKOUT / "manage.py"), "up", "--port", str(port)],
        preexec_fn=dying_with(os.getpid(), signal.SIGTERM),
        env={**os.environ, "OCTAVO_BOOTSTRAP": "off", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if is_quiet else None,
    )
    try:
        yield Running(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
