"""An Arabic paper, right to left, that marks its stories up with microdata (itemprop)."""

from __future__ import annotations

from html import escape

from crawler.demo.calendar_words import written_instant
from crawler.demo.templates.page import (
    StoryPage,
    body_with_boxes,
    document,
    figure,
    links,
    meta,
)


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, words = page.story, page.words
    head = (
        f'<link rel="canonical" href="{page.url}">\n'
        + meta("name", "description", story.description)
        + meta("property", "og:title", story.headline)
        + meta("property", "og:image", page.image)
    )
    names = "، ".join(
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<span itemprop="name">{escape(name)}</span></span>'
        for name in story.authors
    )
    byline = f"<span>{words['by']}: {names}</span> " if names else ""
    section = escape(story.categories[0]) if story.categories else ""
    credit = f'<p class="source">{escape(story.credit)}</p>\n' if story.credit else ""
    body = (
        '<main id="content"><article itemscope itemtype="https://schema.org/NewsArticle">\n'
        f'<a class="kicker" itemprop="articleSection" href="/news/">{section}</a>\n'
        f'<h1 itemprop="headline">{escape(story.headline)}</h1>\n'
        f'<div class="meta">{byline}{_time(page)}</div>\n{figure(page)}'
        f'<div itemprop="articleBody">\n{body_with_boxes(story, {})}</div>\n{credit}</article>\n'
        f'<div class="share">{words["share"]}: <a href="/share/fb/">فيسبوك</a> '
        '<a href="/share/wa/">واتساب</a></div>\n'
        f"<section><h2>{words['related']}</h2><ul>{links(page.related)}</ul></section></main>\n"
        f'<aside class="side"><h2>{words["most_read"]}</h2><ol>{links(page.related[::-1])}</ol>'
        "</aside>\n"
    )
    return document(page.outlet, f"{story.headline} - {page.outlet.name}", head, body)


def _time(page: StoryPage) -> str:
    published = page.story.published
    if not published:
        return ""
    return (
        f'<time itemprop="datePublished" datetime="{published.isoformat()}">'
        f"{written_instant(published, page.outlet.locale)}</time>"
    )
