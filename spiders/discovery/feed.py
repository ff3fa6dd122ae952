"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed to links with hints."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from crawler.hints import Hints
from crawler.instants import parse
from spiders.discovery.channel import channel_hubs, channel_wishes
from spiders.discovery.feed_pages import older_page
from spiders.discovery.listing import MAX_SUMMARY, Links, Listing, names, plain, refused
from spiders.discovery.nesting import MOST_LEVELS, is_too_deep
from spiders.discovery.unclosed import closed
from spiders.discovery.xml_text import XmlText, decode, read_xml

_PAGES = frozenset({"html", "head", "body", "script", "div", "noscript"})
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
# The caption of a picture, which feedparser takes for the summary where it comes first.
_CAPTION = re.compile(
    r"<media:description\b[^>]{0,300}>(?:[^<]*|\s*<!\[CDATA\[.{0,20000}?\]\]>\s*)</media:description\s*>",
    re.DOTALL,
)
_Entry = Mapping[str, Any]  # Any: feedparser and JSON give what the feed has


def read_feed(body: bytes, url: str, content_type: str | None) -> Listing:
    """The entries of a feed that was fetched from ``url`` (its final URL).

    Malformed ones are read as far as they can be; what is no feed gives no entry and a problem.
    """
    if not body.strip():
        return refused("the feed is empty")
    head = body[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return _read_json(decode(body, content_type)[0], url)
    document = read_xml(body, content_type)
    if document.refusal:
        return refused(document.refusal)
    if document.root in _PAGES:
        return refused("an HTML page, not a feed")
    if document.root in _SITEMAPS:
        return refused("a sitemap, not a feed; name it in news_sitemaps")
    if is_too_deep(document.text):
        return refused(f"nests deeper than {MOST_LEVELS} elements")
    return _read_xml(document, url)


# --- RSS and Atom ---------------------------------------------------------------------------------
def _read_xml(document: XmlText, url: str) -> Listing:
    text = _CAPTION.sub("", document.text)
    parsed = _parsed(text, url)
    # What follows a title without an end tag, its entry's link above all, is lost within it.
    if parsed.get("bozo") and (mended := closed(text)) != text:
        parsed = _parsed(mended, url)
    version: str = parsed.get("version", "")
    if not parsed.entries and not version:
        return refused(
            f"not a feed: its root is <{document.root[:40]}>" if document.root else "not a feed"
        )
    language = _field(parsed.feed, "language")
    is_rss = not version.startswith("atom")
    links = Links(url)
    for entry in parsed.entries:
        links.add(_link(entry), _hints(entry, language, is_rss))
    dates = (parse(entry.hints.published or entry.hints.modified) for entry in links.entries)
    about = _parts(parsed.feed, "links")
    return Listing(
        entries=links.entries,
        title=_text(parsed.feed, "title"),
        language=language,
        problems=links.problems,
        wishes=channel_wishes(document.text, parsed.feed, filter(None, dates)),
        hubs=channel_hubs(about, url),
        next_page=older_page(about, _generator(parsed.feed), url),
    )


def _parsed(text: str, url: str) -> Any:  # feedparser's own mapping
    return feedparser.parse(
        # A stream: bytes or text would be tried as a file name or as a URL to fetch.
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
        # The summaries are reduced to text here; nobody sees their markup.
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _generator(feed: _Entry) -> str:
    detail = feed.get("generator_detail")
    href = detail.get("href") if isinstance(detail, Mapping) else ""
    return f"{feed.get('generator') or ''} {href or ''}"


def _link(entry: _Entry) -> str | None:
    """The story's own address; where a proxy counts clicks, the address behind it."""
    for key in ("feedburner_origlink", "link"):
        link = entry.get(key)
        if isinstance(link, str) and link.strip():
            return link
    # feedparser has made a permalink guid the link, but not where an empty <link/> came before.
    guid = entry.get("id") if "link" in entry else None
    return guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else None


def _hints(entry: _Entry, language: str | None, is_rss: bool) -> Hints:
    published = _field(entry, "published") or _field(entry, "created")
    modified = _field(entry, "updated")
    if is_rss and published is None:  # dc:date is the only date of RSS 1.0
        published, modified = modified, None
    return Hints(
        headline=_text(entry, "title"),
        published=published,
        modified=modified,
        authors=_authors(entry),
        categories=names(
            [
                plain(tag.get("label") or tag.get("term"), markup=True)
                for tag in _parts(entry, "tags")
            ]
        ),
        summary=_text(entry, "summary", MAX_SUMMARY),
        language=_field(entry, "language") or language,
    )


def _authors(entry: _Entry) -> tuple[str, ...]:
    people = _parts(entry, "authors") or [{"name": entry.get("author")}]
    return names([plain(person.get("name"), markup=True) for person in people])


def _text(part: _Entry, key: str, limit: int = 500) -> str | None:
    detail = part.get(f"{key}_detail")
    kind = detail.get("type", "text/html") if isinstance(detail, Mapping) else "text/html"
    markup = kind != "text/plain"
    return plain(part.get(key), limit, markup=markup)


def _parts(part: _Entry, key: str) -> list[_Entry]:
    """The structures of a list of feedparser's. An element of the feed that is called ``links`` or
    ``tags`` takes the place of the list, and is a string."""
    found = part.get(key)
    return [p for p in found if isinstance(p, Mapping)] if isinstance(found, list) else []


def _field(part: _Entry, key: str) -> str | None:
    # Not get(): feedparser's takes "published" for a missing "updated", with a warning.
    return plain(part[key], 100) if key in part else None


# --- JSON Feed (jsonfeed.org/version/1.1) ---------------------------------------------------------
def _read_json(text: str, url: str) -> Listing:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return refused(f"not JSON: {plain(str(error), 100)}")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return refused("JSON, but no JSON Feed: it has no list of items")
    language = plain(feed.get("language"), 100)
    links = Links(url)
    for item in items:
        if isinstance(item, dict):
            links.add(_json_link(item), _json_hints(item, language))
        else:
            links.add(None)
    return Listing(
        links.entries,
        title=plain(feed.get("title")),
        language=language,
        problems=links.problems,
        hubs=_json_hubs(feed, url),
        next_page=older_page([{"rel": "next", "href": feed.get("next_url")}], None, url),
    )


def _json_hubs(feed: _Entry, url: str) -> tuple[str, ...]:
    hubs = feed.get("hubs")
    named = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    return channel_hubs([{"rel": "hub", "href": hub.get("url")} for hub in named], url)


def _json_link(item: _Entry) -> str | None:
    for key in ("url", "id", "external_url"):
        link = item.get(key)
        if isinstance(link, str) and (key != "id" or link.startswith(("http://", "https://"))):
            return link
    return None


def _json_hints(item: _Entry, language: str | None) -> Hints:
    people = item.get("authors")  # 1.1; 1.0 has one author
    if not isinstance(people, list):
        people = [item.get("author")]
    tags = item.get("tags")
    return Hints(
        headline=plain(item.get("title")),
        published=plain(item.get("date_published"), 100),
        modified=plain(item.get("date_modified"), 100),
        authors=names([plain(p.get("name")) for p in people if isinstance(p, dict)]),
        categories=names([plain(tag) for tag in tags] if isinstance(tags, list) else []),
        summary=plain(item.get("summary"), MAX_SUMMARY),
        language=plain(item.get("language"), 100) or language,
    )
