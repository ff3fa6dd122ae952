"""Scrapy's duplicate filter, except that where a redirect leads is always fetched."""

from __future__ import annotations

from scrapy import Request
from scrapy.dupefilters import RFPDupeFilter


class StoryDupeFilter(RFPDupeFilter):
    """A story is requested once a run, but a link that redirects to it must still be answered.

    Dropped, such a link would stay on the frontier for ever without anybody being told; fetched, it
    is counted as a duplicate and is known from then on.
    """

    def request_seen(self, request: Request) -> bool:
        """Whether a request is one too many. REDIRECT_MAX_TIMES bounds the redirects."""
        return not request.meta.get("redirect_times") and super().request_seen(request)
