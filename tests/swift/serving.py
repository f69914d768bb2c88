"""All of OpenStack Swift in one process on loopback: its account, container, object and proxy server, with the S3 API.

``python -m tests.swift.serving FOLDER [PORT]`` keeps everything below FOLDER, on a file system with extended
attributes, prints the port of the proxy when it listens, and ends with its parent. No memcached: signatures are
checked against the configuration. What a folder has is still there when it is served again.
"""

import eventlet

eventlet.monkey_patch()

# ruff: noqa: E402 - what comes now must find eventlet's sockets
import logging
import sys
from array import array
from pathlib import Path

from eventlet import wsgi
from swift.common.ring import RingData
from swift.common.utils import set_swift_dir
from swift.common.wsgi import loadapp

from titles.jobs.children import die_with_parent

_BACKENDS = ("account", "container", "object")

_BACKEND = """
[DEFAULT]
devices = {folder}/devices
mount_check = false
swift_dir = {folder}
[app:main]
use = egg:swift#{kind}
"""
_PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_octavo_key = secret .admin
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
cors_allow_origin = *
"""


def main(folder: Path, port: int) -> None:
    die_with_parent()
    logging.disable(logging.WARNING)
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = octavo\n")
    set_swift_dir(str(folder))
    for kind in _BACKENDS:
        listener = eventlet.listen(("127.0.0.1", 0))
        _save_ring(folder, kind, listener.getsockname()[1])
        eventlet.spawn(_serve, listener, _app(folder, kind, _BACKEND.format(folder=folder, kind=kind)))
    listener = eventlet.listen(("127.0.0.1", port))
    proxy = _app(folder, "proxy", _PROXY.format(folder=folder))
    print(listener.getsockname()[1], flush=True)
    _serve(listener, proxy)


def _save_ring(folder: Path, kind: str, port: int) -> None:
    """The whole ring is one part on one device."""
    place = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    device = {"id": 0, "region": 1, "zone": 1, "device": "disk", "weight": 1.0, "meta": "", **place}
    (folder / "devices" / "disk").mkdir(parents=True, exist_ok=True)
    RingData([array("H", [0])], [device], 32).save(str(folder / f"{kind}.ring.gz"))


def _app(folder: Path, kind: str, configuration: str) -> object:
    path = folder / f"{kind}.conf"
    path.write_text(configuration)
    return loadapp(str(path))


def _serve(listener: object, app: object) -> None:
    wsgi.server(listener, app, log_output=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
