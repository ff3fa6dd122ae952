"""One crawl of every fault, beside good hosts."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from tests.faults import inward, listings, pages, robots, sizes, times, urls
from tests.faults.fault import Fault, Steps, answer, feed, page
from tests.faults.server import FaultServer
from tests.running import ROOT, SCRAPY, lines_of, manifest_of

FAULTS: tuple[Fault, ...] = (
    *times.FAULTS,
    *sizes.FAULTS,
    *urls.FAULTS,
    *inward.FAULTS,
    *robots.FAULTS,
    *listings.FAULTS,
    *pages.FAULTS,
)
GOOD_HOSTS, GOOD_STORIES = 6, 5
SETTINGS = {
    "ADDRESSES_ALLOWED": "127.0.0.0/8",
    "LOG_LEVEL": "INFO",
    "DOWNLOAD_DELAY": "0.01",
    "POLL_FLOOR": "0",
    "RETRY_TIMES": "0",
    "CONNECT_TIMEOUT": "6",
    "FIRST_BYTE_TIMEOUT": "6",
    "IDLE_TIMEOUT": "6",
    "DOWNLOAD_TIMEOUT": "12",
    "DOWNLOAD_MAXSIZE": "4000000",
    "PAGE_MAXSIZE": "2000000",
    "EXTRACTION_WORKERS": "2",
    "EXTRACTION_TIMEOUT": "15",
    "EXTRACTION_MEMORY": "500000000",
    "RETRY_AFTER_MAX": "2",
    "CRAWL_DELAY_MAX": "1",
}


@dataclass
class Crawl:
    """What was asked, and what came of it. ``peak``: most bytes of memory of the process tree."""

    server: FaultServer
    output: Path
    addresses: dict[str, str]
    exit_code: int
    log: str
    seconds: float
    peak: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)

    def counted(self) -> Counter[str]:
        """What the report counts as failed, dropped or not counted against the story."""
        return Counter(
            {
                f"{kind}/{reason}": count
                for kind in ("failed", "dropped")
                for reason, count in self.manifest[kind].items()
            }
        )


def crawl_faults(
    root: Path,
    faults: tuple[Fault, ...] = FAULTS,
    limits: Mapping[str, str] = SETTINGS,
) -> Crawl:
    """``scrapy crawl news`` over the good hosts and the hosts of the faults."""
    addresses = {fault.name: f"127.0.1.{n}" for n, fault in enumerate(faults, 1)}
    good = {f"good-{n}": f"127.0.2.{n}" for n in range(1, GOOD_HOSTS + 1)}
    hosts: dict[str, dict[str, Steps]] = {
        addresses[f.name]: {"/feed": feed("/story"), **f.answers} for f in faults
    }
    hosts |= {address: _good(name) for name, address in good.items()}
    with FaultServer(hosts) as server:
        sources = root / "sources.toml"
        schemes = {fault.name: (fault.scheme, fault.listing) for fault in faults}
        sources.write_text(_toml({**good, **addresses}, schemes, server.port), "utf-8")
        settings = {**limits, "OUTPUT_DIR": str(root / "out")}
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        command = [str(SCRAPY), "crawl", "news", "-a", f"sources={sources}", *options]
        began = time.monotonic()
        code, log, peak = _run(command)
        seconds = time.monotonic() - began
    out = root / "out"
    return Crawl(
        *(server, out, {**good, **addresses}, code, log, seconds, peak),
        *(lines_of(out), manifest_of(out)),
    )


def _good(name: str) -> dict[str, Steps]:
    paths = [f"/{name}-story-{n}" for n in range(GOOD_STORIES)]
    return {"/feed": feed(*paths), **{path: answer(page(path[1:])) for path in paths}}


def _toml(addresses: dict[str, str], schemes: dict[str, tuple[str, str]], port: int) -> str:
    tables = []
    for name, address in addresses.items():
        scheme, listing = schemes.get(name, ("http", "feeds"))
        base = f"{scheme}://{address}:{port}"
        tables.append(
            f'[[source]]\nid = "{name}"\nname = "{name}"\nhome = "{base}/"\n'
            f'{listing} = ["{base}/feed"]\n'
            f'headers = {{ "X-Key" = "secret-of-{name}" }}\n'
        )
    return "\n".join(tables)


def _run(command: list[str]) -> tuple[int, str, int]:
    peak = 0
    with Popen(command, cwd=ROOT, stdout=PIPE, stderr=PIPE) as process:
        assert process.stderr is not None
        log: list[bytes] = []
        reader = threading.Thread(target=lambda: log.append(process.stderr.read()))  # type: ignore[union-attr]
        reader.start()
        while process.poll() is None:
            peak = max(peak, _memory_of_tree(process.pid))
            time.sleep(0.25)
        reader.join()
    return process.returncode, b"".join(log).decode("utf-8", "surrogateescape"), peak


def _memory_of_tree(root: int) -> int:
    """Resident bytes of a process and all below it; 0 where there is no /proc."""
    parents, sizes_ = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            lines = (entry / "status").read_text().splitlines()
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        parents[int(entry.name)] = int(fields["PPid"])
        sizes_[int(entry.name)] = int(fields.get("VmRSS", "0 kB").split()[0]) * 1024
    tree, total = {root}, 0
    while found := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= found
    for pid in tree:
        total += sizes_.get(pid, 0)
    return total
