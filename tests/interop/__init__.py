"""Programs of others that our files are held against: npm packages, locked in package-lock.json beside this."""

import shutil
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MODULES = FOLDER / "node_modules"
NODE = shutil.which("node")


def missing(*packages: str) -> str:
    """Say what has to be installed before ``packages`` can be used; nothing when all of it is there."""
    if NODE is None:
        return "Node.js is missing: apt install nodejs npm"
    absent = [name for name in packages if not (MODULES / name).is_dir()]
    return f"{', '.join(absent)} missing: run npm ci in tests/interop" if absent else ""
