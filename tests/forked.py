"""``scrapy`` again and again without its start-up: each run is a fork of one process that is warm.

A run is still a process of its own, with its own reactor, that can be killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from tests.running import ROOT


class ForkedScrapy:
    """A context manager over the warm process; its runs write their logs into ``directory``."""

    def __init__(self, directory: Path) -> None:
        self._log = directory / "scrapy.log"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def start(self, *args: str, **environment: str) -> int:
        """Begin ``scrapy ARGS``; gives its process id."""
        order = {"args": args, "environment": environment, "log": str(self._log)}
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._read())

    def wait(self) -> int:
        """The exit code of the run that was begun, negative for a signal."""
        return int(self._read())

    def run(self, *args: str, **environment: str) -> int:
        """``scrapy ARGS`` from begin to end; gives its exit code."""
        self.start(*args, **environment)
        return self.wait()

    def log(self) -> str:
        """What the newest run said."""
        return self._log.read_text("utf-8")

    def _read(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def _child(order: dict[str, Any]) -> None:
    descriptor = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.update(order["environment"])
    from scrapy.cmdline import execute

    execute(["scrapy", *order["args"]])


def _serve() -> None:

    import spiders.news
    import spiders.replay  # noqa: F401 - all of them: what a run would import first

    assert "twisted.internet.reactor" not in sys.modules, "a reactor does not survive a fork"
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                _child(json.loads(line))
            except SystemExit as end:
                os._exit(end.code if isinstance(end.code, int) else 0)
            finally:
                os._exit(99)
        sys.__stdout__.write(f"{pid}\n")
        sys.__stdout__.flush()
        _, status = os.waitpid(pid, 0)
        sys.__stdout__.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.__stdout__.flush()


if __name__ == "__main__":
    _serve()
