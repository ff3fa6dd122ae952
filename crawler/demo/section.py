"""Pages that are no story: section pages, the home page, service pages, errors."""

from __future__ import annotations

from html import escape

from crawler.demo.calendar_words import written_day
from crawler.demo.outlets import Listing, Outlet, site_words
from crawler.demo.resource import Resource
from crawler.demo.stories import Story
from crawler.demo.templates.page import document, links

_FEED_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rss+xml",
    "atom": "application/atom+xml",
    "json_feed": "application/feed+json",
}


def section_page(outlet: Outlet, listing: Listing, stories: tuple[Story, ...]) -> Resource:
    """A section: cards of its stories, then links that are none."""
    cards = "".join(_card(outlet, story) for story in stories)
    extra = f"<ul>{links(listing.extra_links)}</ul>\n" if listing.extra_links else ""
    body = (
        f'<main id="content"><h1>{escape(listing.title)}</h1>\n{cards}{extra}'
        f'<p class="pager"><a href="{listing.path}?page=2" rel="next">»</a></p></main>\n'
    )
    return _page(outlet, f"{listing.title} - {outlet.name}", body)


def home_page(outlet: Outlet) -> Resource:
    """The home page: all stories as they were in the first edition."""
    words = site_words(outlet.language)
    cards = "".join(_card(outlet, story) for story in outlet.stories)
    body = f'<main id="content"><h1>{words["loading"]}</h1>\n{cards}</main>\n'
    return _page(outlet, outlet.name, body, head=_feeds(outlet))


def service_page(outlet: Outlet, title: str) -> Resource:
    """A page that a site has besides its stories."""
    text = site_words(outlet.language)["service"]
    body = f'<main id="content"><h1>{escape(title)}</h1>\n<p>{text}</p></main>\n'
    return _page(outlet, f"{title} - {outlet.name}", body)


def error_page(outlet: Outlet, status: int) -> Resource:
    """The site's own page for 404 and 410."""
    words = site_words(outlet.language)
    key = "gone" if status == 410 else "missing"
    body = f'<main id="content"><h1>{words[key]}</h1>\n<p>{words[key + "_text"]}</p></main>\n'
    return _page(outlet, f"{words[key]} - {outlet.name}", body, status)


def _feeds(outlet: Outlet) -> str:
    """The feeds, as a browser or a reader of feeds finds them."""
    return "".join(
        f'<link rel="alternate" type="{_FEED_TYPES[listing.kind]}" href="{listing.path}">\n'
        for listing in outlet.listings
        if listing.kind in _FEED_TYPES
    )


def _card(outlet: Outlet, story: Story) -> str:
    day = story.published_date
    when = f'<p class="meta">{written_day(day, outlet.locale)}</p>' if day else ""
    summary = f"<p>{escape(story.description)}</p>" if story.description else ""
    return (
        f'<article class="card"><h2><a href="{outlet.story_path(story)}">'
        f"{escape(story.headline)}</a></h2>{when}{summary}</article>\n"
    )


def _page(outlet: Outlet, title: str, body: str, status: int = 200, head: str = "") -> Resource:
    return Resource(document(outlet, title, head, body).encode(), status=status)
