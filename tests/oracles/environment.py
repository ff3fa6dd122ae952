"""The outside tools: where `make oracles` puts them, and starting them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.running import ROOT

ENVIRONMENTS = Path(os.environ.get("BROADSHEET_ORACLES", ROOT / ".oracles"))


def tool(name: str, program: str | None = None) -> Path:
    """The path of a tool's program; skips the test where the tool is not installed."""
    path = ENVIRONMENTS / name / "bin" / (program or name)
    if not path.exists():
        pytest.skip(f"{name} is not installed: make oracles")
    return path


def run(program: Path, *args: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run it with these arguments; what it says comes back as text, whatever its exit code."""
    command = [str(program), *map(str, args)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
