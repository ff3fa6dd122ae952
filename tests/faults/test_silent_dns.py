"""Names whose look-up hangs, with a real resolver: needs root, for a network namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.silent_dns import HANGING
from tests.running import ROOT, lines_of, manifest_of

UNSHARE = ("unshare", "--net", "--mount")


def _cannot() -> str | None:
    if not (shutil.which("unshare") and shutil.which("ip") and shutil.which("mount")):
        return "needs unshare, ip and mount (util-linux, iproute2)"
    if os.geteuid() != 0:
        return "needs root, to make a network namespace"
    tried = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "this system lets nobody make namespaces"


@pytest.mark.skipif(_cannot() is not None, reason=_cannot() or "")
def test_names_that_hang_cost_only_themselves(tmp_path: Path) -> None:
    output = tmp_path / "out"
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-m", "tests.faults.silent_dns", str(output)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert [line["url"].rpartition("/")[2] for line in lines_of(output)] == ["good"], done.stderr
    report = manifest_of(output)
    assert report["failed"] == {"robots_unreachable": HANGING}
