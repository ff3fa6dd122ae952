"""What our extraction costs, as a multiple of trafilatura's default call on the same pages.

Both are called in turns in one process, page by page, ``rounds`` times; of each page and each of
the two the least CPU time counts, and the ratio is of the sums. Whatever else the machine does
makes single calls slower, never faster: the least of a few is stable where a mean is not.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence

from trafilatura import bare_extraction

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
    return _least(ours, theirs, pages, rounds)


def _least(
    one: Callable[[Page], object],
    other: Callable[[Page], object],
    pages: Sequence[Page],
    rounds: int,
) -> float:
    sums = [0.0, 0.0]
    for page in pages:
        least = [float("inf"), float("inf")]
        for _ in range(rounds):
            for place, call in enumerate((one, other)):
                least[place] = min(least[place], _cpu(call, page))
        sums[0] += least[0]
        sums[1] += least[1]
    return sums[0] / sums[1]


def _cpu(call: Callable[[Page], object], page: Page) -> float:
    gc.collect(0)
    began = time.thread_time()
    call(page)
    return time.thread_time() - began
