"""What a crawl among hostile hosts must leave: every good story once, every fault counted, and
nothing of what they tried in the lines, the archive, the log or other hosts' requests."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter

import pytest

from fuzz.strict import controls, strict_json
from tests.faults.crawl import FAULTS, GOOD_HOSTS, GOOD_STORIES, SETTINGS, Crawl, crawl_faults
from tests.faults.urls import CREDENTIALS
from tests.running import records_of, scrapy

GIGABYTE = 1 << 30


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """One crawl of every fault."""
    return crawl_faults(tmp_path_factory.mktemp("faults"))


def test_good_hosts_give_every_story_exactly_once(hostile: Crawl) -> None:
    given = Counter(line["source_id"] for line in hostile.lines if line["text"])
    good = {f"good-{n}": given[f"good-{n}"] for n in range(1, GOOD_HOSTS + 1)}
    assert good == dict.fromkeys(good, GOOD_STORIES)
    urls = [line["final_url"] for line in hostile.lines]
    assert len(set(urls)) == len(urls)


def test_every_fault_gives_the_lines_that_it_must(hostile: Crawl) -> None:
    given = Counter(line["source_id"] for line in hostile.lines)
    wrong = {f.name: given[f.name] for f in FAULTS if given[f.name] != f.articles}
    assert wrong == {}


def test_every_fault_is_counted_with_its_reason_and_nothing_else_is(hostile: Crawl) -> None:
    expected = Counter(reason for fault in FAULTS for reason in fault.counted)
    assert hostile.counted() == expected


def test_pages_without_text_are_kept_with_the_reason_and_a_pointer(hostile: Crawl) -> None:
    bare = [line for line in hostile.lines if line["text"] is None]
    assert bare
    for line in bare:
        assert line["extraction_error"]
        assert line["warc_file"]
        assert line["warc_length"] > 0


def test_nothing_is_asked_for_that_must_not_be(hostile: Crawl) -> None:
    asked = {(host, path) for host, path, _ in hostile.server.log}
    forbidden = {(hostile.addresses[f.name], path) for f in FAULTS for path in f.never}
    assert forbidden
    assert asked & forbidden == set()
    assert {host for host, _ in asked} <= set(hostile.addresses.values())


def test_a_sources_header_goes_to_its_own_host_only(hostile: Crawl) -> None:
    names = {address: name for name, address in hostile.addresses.items()}
    sent = [
        (names[host], value.decode())
        for host, _, head in hostile.server.log
        for value in re.findall(rb"X-Key: secret-of-(\S+)", head, re.IGNORECASE)
    ]
    assert len(sent) > len(FAULTS)
    assert [pair for pair in sent if pair[0] != pair[1]] == []


def test_no_cookie_is_sent_back(hostile: Crawl) -> None:
    assert [head for _, _, head in hostile.server.log if b"cookie:" in head.lower()] == []


def test_every_file_has_a_name_of_ours(hostile: Crawl) -> None:
    files = [path for path in hostile.output.rglob("*") if path.is_file()]
    names = "|".join(
        (
            r"\.lock|state\.sqlite|index\.cdxj|index\.sources\.json|runs/[0-9a-ft-]+\.json",
            r"warc/broadsheet-\d{14}-\d{5}-[0-9a-ft-]+\.warc\.gz",
            r"cdx/broadsheet-\d{14}-\d{5}-[0-9a-ft-]+\.cdxj",
            r"articles/date=[0-9-]{10}/[0-9a-ft-]+-\d{5}\.jsonl\.gz",
        )
    )
    assert len(files) >= 7
    strange = [str(p) for p in files if not re.fullmatch(names, str(p.relative_to(hostile.output)))]
    assert strange == []


def test_the_archive_is_without_fault(hostile: Crawl) -> None:
    done = scrapy("verify", str(hostile.output))
    assert done.returncode == 0, done.stdout
    assert ": 0 against a MUST" in done.stdout


def test_lines_are_strict_json_of_plain_text(hostile: Crawl) -> None:
    lines = [
        raw
        for path in hostile.output.glob("articles/*/*.jsonl.gz")
        for raw in gzip.decompress(path.read_bytes()).splitlines()
    ]
    assert len(lines) == len(hostile.lines)
    for line in lines:
        assert len(line.decode("utf-8")) < int(SETTINGS["PAGE_MAXSIZE"])
        strict_json(line)


def test_no_date_lies_in_the_future(hostile: Crawl) -> None:
    for line in hostile.lines:
        assert (line["published_at"] or "") <= line["captured_at"]


def test_nothing_in_the_log_can_steer_a_terminal_or_forge_a_line(hostile: Crawl) -> None:
    assert controls(hostile.log) == set()
    forged = [line for line in hostile.log.splitlines() if line.startswith("X-Injected")]
    assert forged == []
    assert "Traceback" not in hostile.log


def test_credentials_of_a_link_are_nowhere(hostile: Crawl) -> None:
    assert CREDENTIALS not in hostile.log
    assert CREDENTIALS not in json.dumps(hostile.lines)
    targets = [headers.get("WARC-Target-URI", "") for _, headers, _ in records_of(hostile.output)]
    assert targets
    assert [target for target in targets if CREDENTIALS in target] == []


def test_memory_stays_bounded(hostile: Crawl) -> None:
    workers = int(SETTINGS["EXTRACTION_WORKERS"])
    assert 0 < hostile.peak < GIGABYTE // 2 + workers * int(SETTINGS["EXTRACTION_MEMORY"])


def test_the_run_ends_as_soon_as_its_limits_say(hostile: Crawl) -> None:
    # Each hostile host costs at most its listing, its robots.txt and its story one after another,
    # and they all run beside each other; what a worker is given up for comes on top.
    network = 3 * float(SETTINGS["DOWNLOAD_TIMEOUT"])
    stuck = sum(bool(line["extraction_error"]) for line in hostile.lines)
    assert hostile.seconds < network + 60 + stuck * float(SETTINGS["EXTRACTION_TIMEOUT"])
    assert hostile.exit_code == 3
