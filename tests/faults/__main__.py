"""Prints what each fault came to: ``make faults``, ``make faults FULL=1``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

from tests.faults.crawl import FAULTS, GOOD_HOSTS, GOOD_STORIES, SETTINGS, Crawl, crawl_faults
from tests.faults.full import FULL, FULL_SETTINGS


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the large ones at their full size")
    is_full = parser.parse_args().full
    faults, limits = (FULL, FULL_SETTINGS) if is_full else (FAULTS, SETTINGS)
    with tempfile.TemporaryDirectory() as directory:
        crawl = crawl_faults(Path(directory), faults, limits)
    lines = Counter(line["source_id"] for line in crawl.lines)
    wrong = 0
    for fault in faults:
        is_right = lines[fault.name] == fault.articles
        wrong += not is_right
        counted = ", ".join(fault.counted) or "-"
        verdict = "" if is_right else f"WRONG: {fault.articles} lines due"
        print(f"{fault.name:28} {lines[fault.name]} lines  {counted:36} {verdict}".rstrip())
    expected = Counter(reason for fault in faults for reason in fault.counted)
    good = sum(lines[f"good-{n}"] for n in range(1, GOOD_HOSTS + 1))
    print(f"\n{len(faults)} faults, {wrong} with other lines than due")
    waited = _until_the_last_good_story(crawl)
    print(f"good stories: {good} of {GOOD_HOSTS * GOOD_STORIES}, the last after {waited:.1f} s")
    print(f"counted, not due: {dict(crawl.counted() - expected)}")
    print(f"due, not counted: {dict(expected - crawl.counted())}")
    print(f"{crawl.seconds:.0f} s, {crawl.peak >> 20} MiB at most in all processes together")
    is_counted = crawl.counted() == expected
    return 0 if not wrong and is_counted and good == GOOD_HOSTS * GOOD_STORIES else 1


def _until_the_last_good_story(crawl: Crawl) -> float:
    """Seconds of the run after which nothing of the good hosts was still to come."""
    good = [line for line in crawl.lines if line["source_id"].startswith("good-")]
    last, began = max(line["captured_at"] for line in good), crawl.manifest["started_at"]
    return (datetime.fromisoformat(last) - datetime.fromisoformat(began)).total_seconds()


if __name__ == "__main__":
    sys.exit(main())
