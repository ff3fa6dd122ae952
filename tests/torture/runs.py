"""Crawls of the press, and what is done to them."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from tests.running import FAST, ROOT, SCRAPY
from tests.torture.audit import Damage, audit
from tests.torture.press import Press

_DEADLINE = 180.0  # seconds; the machine may be busy with other things


@dataclass(slots=True)
class Field:
    """A press, the directory that it is crawled into, and the dice."""

    press: Press
    root: Path
    rng: random.Random
    kills: int = 0
    said: str = ""
    wrapper: tuple[str, ...] = ()
    environment: dict[str, str] | None = None
    preexec: Callable[[], None] | None = None
    options: tuple[str, ...] = field(default_factory=tuple)

    @property
    def output(self) -> Path:
        return self.root / "out"

    def begin(self) -> subprocess.Popen[bytes]:
        """Start a crawl; what it says goes to a file."""
        sources = self.press.sources(self.root / "sources.toml")
        command = [
            *(*self.wrapper, str(SCRAPY), "crawl", "news", "-a", f"sources={sources}", *FAST),
            *("-s", f"OUTPUT_DIR={self.output}", "-s", "EXTRACTION_WORKERS=1"),
            *("-s", "MIN_FREE_DISK=0", "-s", "RETRY_TIMES=0", "-L", "WARNING", *self.options),
        ]
        # A new file: what a killed run leaves behind may still write to the old one.
        (self.root / "said").unlink(missing_ok=True)
        with (self.root / "said").open("wb") as said:
            return subprocess.Popen(
                command, cwd=ROOT, stderr=said, env=self.environment, preexec_fn=self.preexec
            )

    def end(self, run: subprocess.Popen[bytes]) -> int:
        """Wait for a crawl; gives its exit code and keeps what it said."""
        code = run.wait(_DEADLINE)
        self.said = (self.root / "said").read_text("utf-8", "replace")
        return code

    def crawl(self) -> int:
        return self.end(self.begin())

    def wait_for(self, run: subprocess.Popen[bytes], requests: int) -> None:
        """Until the press was asked so often since it was published last, or the run is over."""
        until = time.monotonic() + _DEADLINE
        goal = self.press.requests + requests
        while self.press.requests < goal and run.poll() is None and time.monotonic() < until:
            time.sleep(0.003)

    def kill(self) -> None:
        """Start a crawl and kill it: mostly while it fetches, sometimes as it starts or ends."""
        run = self.begin()
        if self.rng.random() < 0.15:
            time.sleep(self.rng.uniform(0, 2))
        else:
            self.wait_for(run, self.rng.randint(1, self.press.size + 3))
            time.sleep(self.rng.choice([0, self.rng.uniform(0, 0.1), self.rng.uniform(0, 1)]))
        run.send_signal(signal.SIGKILL)
        run.wait(_DEADLINE)
        self.kills += 1

    def has_archived(self, link: str) -> bool:
        """Whether a whole answer in the archive, in a file that is open too, shows a link."""
        files = (self.output / "warc").glob("*.warc.gz*")
        return any(link.encode() in body for path in files for body in _bodies_in(path))

    def verdict(self) -> Damage:
        """A run in peace, which delivers whatever was left, and the audit."""
        code = self.crawl()
        damage = audit(self.output, self.press.shown)
        if code != 0:
            damage.left.append(f"the run in peace ended with {code}: {self.said[-500:]}")
        return damage


def _bodies_in(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file, suppress(ArchiveLoadFailed):
        for record in ArchiveIterator(file):
            body = record.content_stream().read()
            head = record.http_headers if record.rec_type == "response" else None
            if head and head.get_header("Content-Length") == str(len(body)):
                yield body
