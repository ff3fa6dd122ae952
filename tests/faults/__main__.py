"""Prints what each fault came to: ``make faults``."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.crawl import FAULTS, GOOD_HOSTS, GOOD_STORIES, crawl_faults


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        crawl = crawl_faults(Path(directory))
    lines = Counter(line["source_id"] for line in crawl.lines)
    wrong = 0
    for fault in FAULTS:
        is_right = lines[fault.name] == fault.articles
        wrong += not is_right
        counted = ", ".join(fault.counted) or "-"
        verdict = "" if is_right else f"WRONG: {fault.articles} lines due"
        print(f"{fault.name:28} {lines[fault.name]} lines  {counted:36} {verdict}".rstrip())
    expected = Counter(reason for fault in FAULTS for reason in fault.counted)
    good = sum(lines[f"good-{n}"] for n in range(1, GOOD_HOSTS + 1))
    print(f"\n{len(FAULTS)} faults, {wrong} with other lines than due")
    print(f"good stories: {good} of {GOOD_HOSTS * GOOD_STORIES}")
    print(f"counted, not due: {dict(crawl.counted() - expected)}")
    print(f"due, not counted: {dict(expected - crawl.counted())}")
    print(f"{crawl.seconds:.0f} s, {crawl.peak >> 20} MiB at most in all processes together")
    is_counted = crawl.counted() == expected
    return 0 if not wrong and is_counted and good == GOOD_HOSTS * GOOD_STORIES else 1


if __name__ == "__main__":
    sys.exit(main())
