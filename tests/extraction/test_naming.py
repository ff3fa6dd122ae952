"""Class names that mean something."""

from __future__ import annotations

import re

import pytest

from crawler.extraction.authors import _BYLINE_CLASS
from crawler.extraction.categories import _BREADCRUMB, _STRIP
from crawler.extraction.naming import Naming
from crawler.extraction.shown_dates import _DATE_CLASS
from crawler.extraction.tags import _TAG_BOX


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = _words("""
    byline by-line author-name article-author c-Byline articleAuthor autoren yazar journalist
    breadcrumbs Bread-Crumb rubric post-cats category-list cat-links
    pubdate published-on post_date entry-date article-time postedDate timeStamp fecha tarih data
    article-tags PostTags taglist topics keywords
    container row bio stags updates dated author-bio-image İ-author
""")


@pytest.mark.parametrize("naming", [_BYLINE_CLASS, _BREADCRUMB, _STRIP, _DATE_CLASS, _TAG_BOX])
def test_stems_miss_no_name_that_the_pattern_matches(naming: Naming) -> None:
    wanted = {name for name in _NAMES if naming.pattern.search(name)}
    assert wanted
    assert naming.among(_NAMES) == wanted
    assert naming.among(_NAMES) == wanted, "the same from memory"


def test_memory_is_bounded_and_forgetting_changes_nothing() -> None:
    naming = Naming(re.compile("x$"), stems="x")
    for start in range(0, 60_000, 10_000):
        numbers = range(start, start + 10_000)
        names = frozenset(f"{number}{end}" for number in numbers for end in "xy")
        assert naming.among(names) == {f"{number}x" for number in numbers}
    assert len(naming.known) <= 40_000
