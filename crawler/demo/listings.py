"""Where outlets list their stories: RSS, RDF, Atom, JSON Feed, news sitemaps, their index.

Each listing is made from the stories in it and nothing else, so that an edition changes only the
listings whose own entries change.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from crawler.demo.outlets import Listing, Outlet
from crawler.demo.resource import Resource
from crawler.demo.section import section_page
from crawler.demo.stories import Story
from crawler.demo.templates.page import paragraph

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def build_listing(outlet: Outlet, base: str, listing: Listing, edition: int) -> Resource:
    """A listing as ``edition`` serves it. A story that is gone stays listed: sites are slow."""
    stories = tuple(story.at(edition) for story in outlet.listed(listing.key))
    if listing.kind == "sitemap_index":
        return _index(outlet, base, edition)
    if listing.kind == "section":
        return section_page(outlet, listing, stories)
    make, content_type = _KINDS[listing.kind]
    body = make(outlet, base, listing, stories).encode()
    zipped = listing.kind == "news_sitemap_gz"
    return Resource(
        gzip.compress(body, mtime=0) if zipped else body,
        content_type,
        _latest(stories),
        compressible=not zipped,
    )


def _url(outlet: Outlet, base: str, listing: Listing, story: Story) -> str:
    if story.short_link:
        return base + outlet.short_path(story)
    tracking = f"?{listing.tracking}" if listing.tracking else ""
    return base + outlet.story_path(story) + tracking


def _latest(stories: tuple[Story, ...]) -> datetime | None:
    return max((story.touched for story in stories if story.touched), default=None)


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment)


def _tag(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value, quote=False)}</{name}>\n" if value else ""


def _html(story: Story) -> str:
    return "".join(paragraph(source) for source in story.paragraphs)


def _rss(outlet: Outlet, base: str, listing: Listing, stories: tuple[Story, ...]) -> str:
    items = "".join(_rss_item(outlet, base, listing, story) for story in stories)
    return (
        f'{_XML}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel>\n{_tag('title', outlet.name)}{_tag('link', base + '/')}"
        f"{_tag('description', outlet.tagline)}{_tag('language', outlet.locale)}"
        f'<atom:link href="{base}{listing.path}" rel="self" type="application/rss+xml"/>\n'
        f"<ttl>60</ttl>\n{items}</channel>\n</rss>\n"
    )


def _rss_item(outlet: Outlet, base: str, listing: Listing, story: Story) -> str:
    published = _rfc822(story.published) if story.published else None
    whole = f"<content:encoded><![CDATA[{_html(story)}]]></content:encoded>\n"
    return (
        f"<item>\n{_tag('title', story.headline)}"
        f"{_tag('link', _url(outlet, base, listing, story))}"
        f'<guid isPermaLink="false">{base}/?p={story.number}</guid>\n'
        f"{''.join(_tag('dc:creator', name) for name in story.authors)}"
        f"{_tag('pubDate', published)}"
        f"{''.join(_tag('category', name) for name in story.categories)}"
        f"{_tag('description', story.description)}{whole if story.whole_in_feed else ''}</item>\n"
    )


def _rdf(outlet: Outlet, base: str, listing: Listing, stories: tuple[Story, ...]) -> str:
    urls = [_url(outlet, base, listing, story) for story in stories]
    order = "".join(f'<rdf:li rdf:resource="{escape(url)}"/>\n' for url in urls)
    items = "".join(
        f'<item rdf:about="{escape(url)}">\n{_tag("title", story.headline)}{_tag("link", url)}'
        f"{_tag('description', story.description)}"
        f"{_tag('dc:date', story.published.isoformat() if story.published else None)}"
        f"{''.join(_tag('dc:subject', name) for name in story.categories)}</item>\n"
        for url, story in zip(urls, stories, strict=True)
    )
    return (
        f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xml:lang="{outlet.language}">\n<channel rdf:about="{base}{listing.path}">\n'
        f"{_tag('title', outlet.name)}{_tag('link', base + '/')}"
        f"{_tag('description', outlet.tagline)}<items><rdf:Seq>\n{order}</rdf:Seq></items>\n"
        f"</channel>\n{items}</rdf:RDF>\n"
    )


def _atom(outlet: Outlet, base: str, listing: Listing, stories: tuple[Story, ...]) -> str:
    latest = _latest(stories) or datetime(2026, 1, 1, tzinfo=UTC)
    entries = "".join(_atom_entry(outlet, base, listing, story) for story in stories)
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"{_tag('title', outlet.name)}{_tag('subtitle', outlet.tagline)}"
        f'<link rel="self" href="{base}{listing.path}"/>\n<link href="{base}/"/>\n'
        f"{_tag('id', base + listing.path)}{_tag('updated', latest.isoformat())}"
        f"{entries}</feed>\n"
    )


def _atom_entry(outlet: Outlet, base: str, listing: Listing, story: Story) -> str:
    authors = "".join(f"<author>{_tag('name', name)}</author>\n" for name in story.authors)
    terms = "".join(f'<category term="{escape(name)}"/>\n' for name in story.categories)
    updated = story.touched.isoformat() if story.touched else None
    content = f'<content type="html">{escape(_html(story), quote=False)}</content>\n'
    return (
        f"<entry>\n{_tag('title', story.headline)}"
        f'<link rel="alternate" type="text/html" href="{_url(outlet, base, listing, story)}"/>\n'
        f"{_tag('id', base + '/?p=' + str(story.number))}"
        f"{_tag('published', story.published.isoformat() if story.published else None)}"
        f"{_tag('updated', updated)}{authors}{terms}{_tag('summary', story.description)}"
        f"{content if story.whole_in_feed else ''}</entry>\n"
    )


def _json_feed(outlet: Outlet, base: str, listing: Listing, stories: tuple[Story, ...]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "home_page_url": f"{base}/",
        "feed_url": base + listing.path,
        "language": outlet.locale,
        "items": [_json_item(outlet, base, listing, story) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _json_item(outlet: Outlet, base: str, listing: Listing, story: Story) -> dict[str, object]:
    item: dict[str, object] = {
        "id": str(story.number),
        "url": _url(outlet, base, listing, story),
        "title": story.headline,
        "summary": story.description,
        "content_html": _html(story) if story.whole_in_feed else None,
        "content_text": None if story.whole_in_feed else story.description,
        "date_published": story.published.isoformat() if story.published else None,
        "date_modified": story.modified.isoformat() if story.modified else None,
        "authors": [{"name": name} for name in story.authors],
        "tags": list(story.tags),
    }
    return {key: value for key, value in item.items() if value not in (None, [])}


def _news_sitemap(outlet: Outlet, base: str, listing: Listing, stories: tuple[Story, ...]) -> str:
    urls = "".join(_sitemap_url(outlet, base, listing, story) for story in stories)
    return (
        f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    )


def _sitemap_url(outlet: Outlet, base: str, listing: Listing, story: Story) -> str:
    published = story.published.isoformat() if story.published else None
    return (
        f"<url>\n{_tag('loc', _url(outlet, base, listing, story))}"
        f"{_tag('lastmod', story.touched.isoformat() if story.touched else None)}<news:news>\n"
        f"<news:publication>{_tag('news:name', outlet.name)}"
        f"{_tag('news:language', outlet.language)}</news:publication>\n"
        f"{_tag('news:publication_date', published)}{_tag('news:title', story.headline)}"
        f"{_tag('news:keywords', ', '.join(story.tags))}</news:news>\n</url>\n"
    )


def _index(outlet: Outlet, base: str, edition: int) -> Resource:
    children, latest = "", []
    for listing in outlet.listings:
        if listing.kind in ("news_sitemap", "news_sitemap_gz"):
            moment = _latest(tuple(story.at(edition) for story in outlet.listed(listing.key)))
            if moment is None:
                continue
            latest.append(moment)
            children += (
                f"<sitemap>\n{_tag('loc', base + listing.path)}"
                f"{_tag('lastmod', moment.isoformat())}</sitemap>\n"
            )
    body = (
        f'{_XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{children}</sitemapindex>\n"
    )
    return Resource(body.encode(), "application/xml", max(latest, default=None))


_Maker = Callable[[Outlet, str, Listing, tuple[Story, ...]], str]
_KINDS: dict[str, tuple[_Maker, str]] = {
    "rss": (_rss, "application/rss+xml; charset=UTF-8"),
    "rdf": (_rdf, "application/rdf+xml; charset=UTF-8"),
    "atom": (_atom, "application/atom+xml; charset=UTF-8"),
    "json_feed": (_json_feed, "application/feed+json; charset=UTF-8"),
    "news_sitemap": (_news_sitemap, "application/xml"),
    "news_sitemap_gz": (_news_sitemap, "application/gzip"),
}
