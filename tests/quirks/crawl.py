"""One crawl of all quirks, and what the server, the archive and the spider say of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.quirks import bodies, connections, cuts, heads, messages
from tests.quirks.captures import Pair, captures_of, pairs_of, records_below
from tests.quirks.origin import Origin
from tests.quirks.quirk import Quirk
from tests.running import scrapy

QUIRKS = (
    *heads.QUIRKS,
    *bodies.QUIRKS,
    *cuts.QUIRKS,
    *messages.QUIRKS,
    *connections.QUIRKS,
)
SETTINGS = {
    "ADDRESSES_ALLOWED": "127.0.0.0/8",
    "SPIDER_MODULES": "tests.quirks.spider",
    "LOG_LEVEL": "WARNING",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "24",
    "DOWNLOAD_DELAY": "0",
    "DOWNLOAD_SLOTS": json.dumps(
        {"lone": {"concurrency": 1, "delay": 0.01}, "retry-after": {"delay": 0.01}}
    ),
    "DOWNLOAD_TIMEOUT": "60",
    "DOWNLOAD_VERIFY_CERTIFICATES": "0",
    "DOWNLOADER_CLIENT_TLS_CIPHERS": "DEFAULT:@SECLEVEL=0",
    "RETRY_TIMES": "1",
    "HTTPERROR_ALLOW_ALL": "1",
    "WARC_REDACT": "none",  # here the archive is held against the very bytes
    "EXCHANGE_MEMORY": "65536",  # so that some answers are spooled
}


@dataclass(frozen=True)
class Crawl:
    """What the server logged, what the archive has, and what the spider got by quirk name."""

    origin: Origin
    output: Path
    pairs: list[Pair]
    got: dict[str, dict[str, Any]]


def crawl_quirks(root: Path) -> Crawl:
    """Crawl every quirk with ``scrapy crawl`` into ``root``."""
    contexts = [None, None, *connections.tls_contexts(root)]
    with Origin(QUIRKS, contexts) as origin:
        plan, got = root / "plan.json", root / "got.json"
        plan.write_text(json.dumps(plan_of(origin)), "utf-8")
        settings = {**SETTINGS, "OUTPUT_DIR": str(root / "out")}
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        arguments = ("-a", f"plan={plan}", "-a", f"got={got}")
        done = scrapy("crawl", "quirks", *arguments, *options, timeout=300)
        assert done.returncode in (0, 3, 4), done.stderr
    captures = captures_of(
        record for records in records_below(root / "out" / "warc").values() for record in records
    )
    return Crawl(origin, root / "out", pairs_of(origin.log, captures), json.loads(got.read_text()))


def plan_of(origin: Origin) -> list[list[dict[str, Any]]]:
    """Every quirk in a line of its own, but those of the lone port, which share a connection."""
    asked = [quirk for quirk in QUIRKS if quirk.asked]
    together = [quirk for quirk in asked if quirk.port == connections.LONE_PORT]
    alone = [[quirk] for quirk in asked if quirk.port != connections.LONE_PORT]
    return [[_request(origin, quirk) for quirk in line] for line in (*alone, together)]


def _request(origin: Origin, quirk: Quirk) -> dict[str, Any]:
    return {
        "name": quirk.name,
        "url": origin.ports[quirk.port].base + quirk.target,
        "method": quirk.method,
        "body": quirk.body.hex(),
        "headers": dict(quirk.headers),
        "meta": dict(quirk.meta),
    }
