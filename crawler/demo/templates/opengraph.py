"""A broadcaster's site with nothing but OpenGraph and article:published_time in its head."""

from __future__ import annotations

from html import escape

from crawler.demo.calendar_words import written_instant
from crawler.demo.templates.page import (
    StoryPage,
    body_with_boxes,
    document,
    figure,
    links,
    open_graph,
)


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, words = page.story, page.words
    byline = (
        f'<div class="byline">{words["by"]} {escape(" and ".join(story.authors))}</div>'
        if story.authors
        else ""
    )
    posted = (
        f'<div class="posted">Posted {written_instant(story.published, page.outlet.locale)}</div>'
        if story.published
        else ""
    )
    credit = f'<div class="source">{escape(story.credit)}</div>\n' if story.credit else ""
    listen = '<div class="box player">On air now: Coast Mornings <button>Listen live</button></div>'
    body = (
        f'<main id="content">{listen}\n<div class="content-item">\n'
        f"<h1>{escape(story.headline)}</h1>\n"
        f'<div class="meta">{byline}{posted}</div>\n{figure(page)}'
        f'<div class="content-body">\n{body_with_boxes(story, _boxes(page))}{credit}</div>\n'
        "</div>\n"
        f'<div class="more-items"><h3>{words["related"]}</h3><ul>{links(page.related)}</ul></div>'
        "</main>\n"
    )
    return document(page.outlet, story.headline, open_graph(page), body)


def _boxes(page: StoryPage) -> dict[int, str]:
    items = links(page.related[:2])
    return {4: f'<div class="box"><strong>{page.words["more"]}</strong><ul>{items}</ul></div>\n'}
