"""What the extraction loads with its first page, loaded before: a hundred MiB of tables and words.

Processes that are forked afterwards share them, and their first page is as quick as the next.
"""

from __future__ import annotations

from datetime import UTC, datetime

from justext.core import define_stoplist
from trafilatura.external import jt_stoplist_init

from crawler.extraction.assemble import extract
from crawler.extraction.record import Page

_SENTENCE = "The council met on Tuesday, and it said that the bridge would be closed for a week. "
_PAGE = f"""<html><head><title>The bridge is closed</title><meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2026-01-02T03:04:05Z"></head><body><article>
<h1>The bridge is closed</h1><p class="byline">By Ann Lee, Reuters</p>
{8 * f"<p>{2 * _SENTENCE}</p>"}</article></body></html>"""


def load() -> None:
    """Read a page, so that each table is there; and the stop words of justext, which not each page
    asks for."""
    define_stoplist(jt_stoplist_init())
    url = "http://www.example.co.uk/2026/01/02/the-bridge-is-closed.html"
    extract(Page(url, _PAGE.encode(), datetime(2026, 1, 3, tzinfo=UTC), content_type="text/html"))
