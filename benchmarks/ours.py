"""Our extraction over the dev set: one row a page, with the CPU that it took."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context

from benchmarks.devset import Row, pages
from crawler.extraction import Extraction, extract


def row(url: str, found: Extraction, cpu_ms: float) -> Row:
    """The fields under the names that score.py reads."""
    return {
        **asdict(found),
        "url": url,
        "title": found.headline,
        "date_published": found.published,
        "cpu_ms": cpu_ms,
    }


def rows_of_part(part: int, parts: int) -> list[Row]:
    """Extract every ``parts``-th page, from ``part``, in this process."""
    found = []
    for page in pages(part, parts):
        began = time.process_time()
        extraction = extract(page)
        found.append(row(page.url, extraction, 1000 * (time.process_time() - began)))
    return found


def rows(processes: int = 2) -> list[Row]:
    """All pages, spread over processes."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = pool.map(rows_of_part, range(processes), [processes] * processes)
        return [row for part in parts for row in part]
