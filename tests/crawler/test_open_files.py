from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import resource
from crawler.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def limits_after(soft: int, hard: int) -> list[int]:
    """In a process of its own: a lowered hard limit cannot be raised again."""
    script = _SCRIPT.format(soft=soft, hard=hard)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return [int(number) for number in done.stdout.split()]


def test_a_run_may_open_as_many_files_as_its_user() -> None:
    assert limits_after(soft=64, hard=512) == [512, 512]
