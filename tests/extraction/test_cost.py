"""What the extraction may cost: a ratio of two measurements in one process, so that neither the
machine nor its load is in it."""

from __future__ import annotations

import pytest

from benchmarks import devset, ratio

# Measured: 0.47 on these pages (0.50 before) with hardly anything else at work; with eight times as
# many busy processes as cores an older state took 0.62 and 0.69. Which pages are taken matters
# more: compare only figures of the same part.
CEILING = 0.7


@pytest.mark.skipif(not devset.exists(), reason="needs the dev set ($BROADSHEET_DEVSET)")
def test_the_whole_extraction_costs_about_what_one_call_of_trafilatura_costs() -> None:
    pages = list(devset.pages(part=0, parts=8))
    assert len(pages) >= 50

    assert ratio.cpu_ratio(pages, rounds=2) < CEILING
