"""warcio and FastWARC: they read the records that we read, and what they complain of is known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.oracles.captures import Archive
from tests.oracles.environment import run, tool

LIST_WITH_FASTWARC = """
import json, sys
from fastwarc.warc import ArchiveIterator
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            fields = record.headers
            seen = fields["WARC-Type"], fields["WARC-Record-ID"], record.content_length
            print(json.dumps(seen))
"""


def chunked(archive: Archive) -> set[str]:
    return {c.id for c in archive.captures if c.is_chunked and not c.is_revisit}


def test_the_archive_has_what_makes_the_tools_differ(archive: Archive) -> None:
    assert chunked(archive)
    assert {capture.status for capture in archive.captures} >= {200, 301, 304}
    assert any(c.is_revisit and c.status == 200 for c in archive.captures)


def test_warcio_complains_of_the_payload_digest_of_chunked_answers_alone(archive: Archive) -> None:
    said = run(tool("warcio"), "check", "-v", *archive.warcs).stdout
    complaints: dict[str, str] = {}
    current = ""
    for line in said.splitlines():
        if match := re.match(r"  offset \d+ WARC-Record-ID (\S+)", line):
            current = match[1]
        elif "fail" in line:
            complaints[current] = line.strip()
    assert set(complaints) == chunked(archive)
    assert all(text.startswith("payload digest failed") for text in complaints.values())


def test_fastwarc_finds_every_block_digest_right(archive: Archive) -> None:
    for path in archive.warcs:
        checked = run(tool("fastwarc"), "check", "--quiet", path)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_fastwarc_complains_of_payload_digests_of_chunked_answers_and_of_revisits_alone(
    archive: Archive, tmp_path: Path
) -> None:
    complaints = set()
    for path in archive.warcs:
        details = tmp_path / "details.txt"
        run(tool("fastwarc"), "check", "--quiet", "-p", "-o", details, path)
        for line in details.read_text().splitlines():
            record_id, _, verdict = line.rpartition(": ")
            assert verdict.startswith("OK"), line
            if verdict == "OK, PAYLOAD_FAIL":
                complaints.add(f"<{record_id.strip('<>')}>")
    # It digests the block of a revisit, whose payload is in the record referred to (6.7.2).
    revisits = [capture for capture in archive.captures if capture.is_revisit]
    digested = {c.id for c in revisits if "WARC-Payload-Digest" in c.record}
    assert digested
    assert complaints == chunked(archive) | digested


@pytest.mark.parametrize("reader", ["warcio", "fastwarc"])
def test_other_readers_see_the_same_records_in_the_same_order(
    archive: Archive, reader: str
) -> None:
    expected = [
        [record["WARC-Type"], record["WARC-Record-ID"], len(record.block)]
        for records in archive.records.values()
        for record in records
    ]
    if reader == "fastwarc":
        said = run(tool("fastwarc", "python"), "-c", LIST_WITH_FASTWARC, *archive.warcs).stdout
        seen = [json.loads(line) for line in said.splitlines()]
    else:
        fields = "warc-type,warc-record-id,content-length"
        said = run(tool("warcio"), "index", "-f", fields, *archive.warcs).stdout
        values = [list(json.loads(line).values()) for line in said.splitlines()]
        seen = [[kind, record_id, int(length)] for kind, record_id, length in values]
    assert seen == expected
