"""Visits to stories that are delivered: conditional, and after all that is new."""

from __future__ import annotations

from scrapy import Request

from crawler.items import Hints
from crawler.state import Lead, Story

_PRIORITY = -10  # behind listings and new stories


def lead_of_story(story: Story) -> Lead:
    """The lead under which a story is visited: how it was found the first time."""
    return Lead(
        url=story.url,
        source_id=story.source_id or "",
        listing=story.discovered_from or "",
        discovered_at=story.discovered_at or "",
        hints=Hints(published=story.published_hint),
    )


def as_visit(request: Request, story: Story) -> Request:
    """The request for a story as a visit: it costs the site nothing where nothing changed."""
    if story.etag:
        request.headers["If-None-Match"] = story.etag
    if story.last_modified:
        request.headers["If-Modified-Since"] = story.last_modified
    request.meta["handle_httpstatus_list"] = [304]
    return request.replace(priority=_PRIORITY)
