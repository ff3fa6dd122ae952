"""Visits to stories that are delivered: conditional or full, and after all that is new."""

from __future__ import annotations

from scrapy import Request

from crawler.fairness import VISIT_PRIORITY
from crawler.hints import Hints
from crawler.state import Lead, Story


def lead_of_story(story: Story) -> Lead:
    """The lead under which a story is visited: how it was found the first time."""
    return Lead(
        url=story.url,
        source_id=story.source_id or "",
        listing=story.discovered_from or "",
        discovered_at=story.discovered_at or "",
        hints=Hints(published=story.published_hint),
    )


def as_visit(request: Request, story: Story, *, is_full: bool) -> Request:
    """The request for a story as a visit: unless it is full, it costs the site little where nothing
    changed."""
    if story.etag and not is_full:
        request.headers["If-None-Match"] = story.etag
    if story.last_modified and not is_full:
        request.headers["If-Modified-Since"] = story.last_modified
    request.meta["handle_httpstatus_list"] = [304]
    return request.replace(priority=VISIT_PRIORITY)
