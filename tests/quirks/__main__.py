"""Prints the figures of docs/archive.md: ``python -m tests.quirks``."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from tests.quirks import http_points
from tests.quirks.captures import Pair
from tests.quirks.crawl import QUIRKS, crawl_quirks
from tests.quirks.points import POINTS, files_below


def verdict(pair: Pair) -> str:
    """How the archive holds an exchange."""
    if pair.exchange is None or pair.captured is None:
        return "WRONG: an exchange or a capture alone"
    sent, kept = bytes(pair.exchange.sent), pair.captured.answer
    final = pair.captured.final
    if sent == kept:
        return "exact"
    if not sent.startswith(kept):
        return "WRONG: other bytes"
    if final is not None and final["WARC-Type"] == "revisit":
        return "exact: the head, its body in the record that it refers to"
    return "an exact prefix, marked" if pair.captured.truncated else "WRONG: a prefix, not marked"


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        crawl = crawl_quirks(Path(directory))
        files = files_below(crawl.output / "warc")
        verdicts = Counter(map(verdict, crawl.pairs))
        broken = {name: found for name in POINTS if (found := list(POINTS[name](files)))}
    print(f"{len(QUIRKS)} quirks, {len(crawl.pairs)} exchanges")
    for what, count in verdicts.most_common():
        print(f"  {count:4} {what}")
    print(
        f"{len(POINTS) - len(broken)} of {len(POINTS)} checks of {http_points.__name__} and points"
    )
    for name, found in broken.items():
        print(f"  {name}: {found[:3]}")


if __name__ == "__main__":
    main()
