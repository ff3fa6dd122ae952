"""A page that costs its worker more than it may."""

from __future__ import annotations

from pathlib import Path

from tests.running import FAST, lines_of, scrapy
from tests.wire import WireServer, plain


def test_it_is_kept_with_the_reason_and_a_pointer(tmp_path: Path) -> None:
    rows = "".join(f"<p>Row {n} of the long table.</p>" for n in range(200_000))
    with WireServer({"/a": plain(f"<html><body>{rows}</body></html>".encode())}) as server:
        where = ("-a", f"url={server.base}/a", "-s", f"OUTPUT_DIR={tmp_path}")
        done = scrapy("crawl", "urls", *where, *FAST, "-s", "EXTRACTION_TIMEOUT=0.01")

    assert done.returncode == 0, done.stderr
    [line] = lines_of(tmp_path)
    assert line["text"] is None
    # By its CPU, or on a busy machine by the clock first.
    reasons = ("took more than 0.01 s of CPU", "took longer than 0.1 s")
    assert line["extraction_error"] in reasons
    assert line["warc_length"] > 0
