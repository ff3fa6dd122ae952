"""Environments of their own for what is measured beside ours, each pinned by a lock file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"


def python_of(venv: Path, lock: Path) -> Path:
    """The interpreter of an environment, set up at first use and when its lock changes.

    Raises CalledProcessError where it cannot be set up.
    """
    done = venv / ".installed"
    python = venv / "bin" / "python"
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        print(f"Setting up {venv.relative_to(ROOT)} ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        # The lock is complete; pip 23.2 cannot resolve an extra that is named twice.
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", lock], check=True)
        done.write_bytes(lock.read_bytes())
    return python


def peers_python() -> Path:
    """The interpreter of the other extractors. Raises CalledProcessError."""
    return python_of(BUILD / "quality" / "peers", ROOT / "benchmarks" / "peers.lock")
