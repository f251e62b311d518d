"""Packages that tests take from npm, installed where they are missing."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def package(name: str) -> Path:
    """Return where a package of `tests/package.json` lies; skip the test where there is no npm to install it."""
    found = TESTS / "node_modules" / name
    npm = shutil.which("npm")
    with (TESTS / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes installs
        if not found.exists():
            if npm is None:
                pytest.skip(f"{name} needs npm to be installed")
            install = [npm, "ci", "--prefix", str(TESTS), "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(install, check=True, timeout=120)
    return found
