"""A review that shows two paragraphs and a subscribe box (isAccessibleForFree is false)."""

from __future__ import annotations

from html import escape

from crawler.demo.templates.jsonld import news_article
from crawler.demo.templates.page import (
    StoryPage,
    body_with_boxes,
    document,
    figure,
    links,
    meta,
    open_graph,
    script_json,
)


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, words = page.story, page.words
    data = news_article(page)
    if story.walled:
        data["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".premium-content",
        }
    head = (
        f'<link rel="canonical" href="{page.url}">\n'
        + meta("name", "description", story.description)
        + meta("name", "author", ", ".join(story.authors))
        + open_graph(page)
        + script_json(data)
    )
    stamp = f"{words['published']} {page.day}" if page.day else ""
    byline = f"{words['by']} {escape(' and '.join(story.authors))} · " if story.authors else ""
    body = (
        '<main id="content"><article>\n'
        f"<h1>{escape(story.headline)}</h1>\n"
        f'<div class="meta">{byline}{stamp}</div>\n{figure(page)}'
        f'<div class="free-content">\n{body_with_boxes(story, {})}</div>\n'
        f"{_wall(page) if story.walled else ''}</article>\n"
        f'<section class="onward"><h2>{words["related"]}</h2><ul>{links(page.related)}</ul>'
        "</section></main>\n"
    )
    return document(page.outlet, f"{story.headline} — {page.outlet.name}", head, body)


def _wall(page: StoryPage) -> str:
    words = page.words
    return (
        '<div class="premium-content paywall box"><h3>'
        f"{words['subscribe']}</h3><p>{words['subscribe_text']}</p>"
        '<p><a class="button" href="/subscribe/">See all offers</a></p>'
        '<p><small>Already a subscriber? <a href="/login/">Log in</a></small></p></div>\n'
    )
