"""What our extraction costs, as a multiple of trafilatura's default call on the same pages.

Both are called in turns in one process, page by page, ``rounds`` times; of each page and each of
the two the least CPU time counts, and the ratio is of the sums.
"""

from __future__ import annotations

from collections.abc import Sequence

from trafilatura import bare_extraction

from benchmarks.least_cpu import least_cpu
from crawler.extraction import Page, extract


def ours(page: Page) -> object:
    """All of it: text, metadata, dates, language, quality."""
    return extract(page)


def theirs(page: Page) -> object:
    """trafilatura as its documentation calls it, with metadata."""
    return bare_extraction(page.body, url=page.url, with_metadata=True)


def cpu_ratio(pages: Sequence[Page], rounds: int = 3) -> float:
    """CPU of ``ours`` over CPU of ``theirs`` on these pages."""
    for page in pages[:2]:  # imports, caches of regular expressions
        ours(page), theirs(page)
    least = [least_cpu((ours, theirs), page, rounds) for page in pages]
    own, other = (sum(costs) for costs in zip(*least, strict=True))
    return own / other
