"""The outside tools over the crawl of all quirks; where they fail is listed, with the reason."""

from __future__ import annotations

import http.client
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.archive.raw_warc import RawRecord, raw_records
from tests.oracles.environment import run, tool
from tests.oracles.pywb import replayed, serving
from tests.oracles.test_readers import LIST_WITH_FASTWARC
from tests.quirks.crawl import Crawl
from tests.quirks.quirk import Quirk

# Quirks whose whole answers pywb 2.10 does not give back, and why.
NOT_REPLAYED = {
    "carriage-return-in-value": "its web server refuses the field",
    "utf-8-reason": "its web server refuses the reason phrase",
    "no-content-with-a-body": "its web server refuses a body after 204",
    "space-in-name": "it never answers",
    "name-in-utf-8": "it never answers",
    "retry-after": "it leaves out the body of a 503",
    "trailers": "it appends them to the body",
    "chunks-with-bare-lf": "it does not take the chunks off",
    "chunk-extension-of-2-kib": "it does not take the chunks off",
    "loop": "it does not replay a redirect to itself",
    "line-of-200-kib": "http.client, which asks here, refuses the line",
    "thousand-fields": "http.client, which asks here, refuses so many fields",
}
# Transfer codings that are none, so that warcio digests what we digest.
NO_CHUNKS = {"identity-te", "unknown-te"}


@dataclass(frozen=True)
class Replay:
    """A capture to ask a player for, and what is to come back."""

    record: RawRecord
    quirk: Quirk
    truncated: bool

    @property
    def asked(self) -> tuple[str, str]:
        """URL and second."""
        date = self.record["WARC-Date"][:19]
        return self.record["WARC-Target-URI"], "".join(c for c in date if c.isdigit())


@pytest.fixture(scope="module")
def warcs(crawl: Crawl) -> list[Path]:
    return sorted((crawl.output / "warc").glob("*.warc.gz"))


@pytest.fixture(scope="module")
def records(warcs: list[Path]) -> list[RawRecord]:
    return [record for path in warcs for record in raw_records(path)]


@pytest.fixture(scope="module")
def replays(crawl: Crawl) -> list[Replay]:
    found = []
    for pair in crawl.pairs:
        if pair.captured and pair.captured.final and pair.exchange and pair.exchange.quirk:
            truncated = bool(pair.captured.truncated)
            found.append(Replay(pair.captured.final, pair.exchange.quirk, truncated))
    return found


@pytest.fixture(scope="module")
def pywb(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(warcs, tmp_path_factory.mktemp("pywb-quirks")) as port:
        yield port


def test_warcio_complains_of_the_payload_digest_of_chunked_answers_alone(
    warcs: list[Path], records: list[RawRecord], replays: list[Replay]
) -> None:
    said = run(tool("warcio"), "check", "-v", *warcs).stdout
    complaints = set()
    current = ""
    for line in said.splitlines():
        if match := re.match(r"  offset \d+ WARC-Record-ID (\S+)", line):
            current = match[1]
        elif "fail" in line:
            assert line.strip().startswith("payload digest failed"), line
            complaints.add(current)
    coded = {r["WARC-Record-ID"] for r in records if r["WARC-Type"] == "response" and _coded(r)}
    names = {replay.record["WARC-Record-ID"]: replay.quirk.name for replay in replays}
    assert complaints <= coded
    assert {names[record_id] for record_id in coded - complaints} <= NO_CHUNKS
    assert len(complaints) > 10


def _coded(record: RawRecord) -> bool:
    head = re.split(rb"\r?\n\r?\n", record.block, maxsplit=1)[0].lower()
    return re.search(rb"\ntransfer-encoding[ \t]*:", head) is not None


def test_fastwarc_finds_every_block_digest_right(
    warcs: list[Path], records: list[RawRecord], tmp_path: Path
) -> None:
    seen = 0
    for path in warcs:
        checked = run(tool("fastwarc"), "check", "--quiet", "-o", tmp_path / "said.txt", path)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        seen += len((tmp_path / "said.txt").read_text().splitlines())
    assert seen == len(records)


@pytest.mark.parametrize("reader", ["warcio", "fastwarc"])
def test_other_readers_see_the_same_records_in_order(
    warcs: list[Path], records: list[RawRecord], reader: str
) -> None:
    if reader == "fastwarc":
        said = run(tool("fastwarc", "python"), "-c", LIST_WITH_FASTWARC, *warcs).stdout
        seen = [json.loads(line) for line in said.splitlines()]
    else:
        fields = "warc-type,warc-record-id,content-length"
        said = run(tool("warcio"), "index", "-f", fields, *warcs).stdout
        values = [list(json.loads(line).values()) for line in said.splitlines()]
        seen = [[kind, record_id, int(length)] for kind, record_id, length in values]
    assert seen == [[r["WARC-Type"], r["WARC-Record-ID"], len(r.block)] for r in records]


def test_our_index_is_that_of_cdxj_indexer_but_for_urns_and_answers_to_head(
    crawl: Crawl, warcs: list[Path], replays: list[Replay]
) -> None:
    made = run(tool("cdxj-indexer"), "--sort", *warcs)
    assert made.returncode == 0, made.stderr
    theirs = [li for li in made.stdout.splitlines() if not li.startswith("urn:")]
    ours = [
        line
        for path in sorted((crawl.output / "cdx").glob("*.cdxj"))
        for line in path.read_text().splitlines()
    ]
    heads = {str(r.record.offset) for r in replays if r.quirk.method == "HEAD"}
    assert heads
    without = [li for li in theirs if json.loads(li.split(" ", 2)[2])["offset"] not in heads]
    assert len(theirs) - len(without) == len(heads)
    assert sorted(ours) == sorted(without)


def test_pywb_replays_every_whole_answer_that_it_can(pywb: int, replays: list[Replay]) -> None:
    expected = defaultdict(set)
    for replay in replays:
        expected[replay.asked].add(replay.quirk.entity)
    failed, exact = set(), 0
    for replay in replays:
        # Of a truncated one it announces the whole length, and waits for it; HEAD has no body.
        if replay.truncated or replay.quirk.method == "HEAD":
            continue
        known = replay.quirk.name in NOT_REPLAYED
        try:
            body = replayed(pywb, *replay.asked, timeout=3 if known else 60)[1]
        except (OSError, http.client.HTTPException):
            failed.add(replay.quirk.name)
            continue
        if body in expected[replay.asked]:
            exact += 1
        else:
            failed.add(replay.quirk.name)
    assert failed == set(NOT_REPLAYED)
    assert exact > 150
