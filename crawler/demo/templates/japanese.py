"""A Japanese provincial paper: JSON-LD and a visible time, ranking box, terse class names."""

from __future__ import annotations

from html import escape

from crawler.demo.calendar_words import written_instant
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

_CHARSETS = {"utf-8": "utf-8", "shift_jis": "Shift_JIS", "euc_jp": "EUC-JP"}


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, words = page.story, page.words
    head = (
        f'<link rel="canonical" href="{page.url}">\n'
        + meta("name", "description", story.description)
        + meta("name", "keywords", ",".join(story.tags))
        + open_graph(page, article=False)
        + script_json(news_article(page))
    )
    stamp = (
        f'<time datetime="{story.published.isoformat()}">'
        f"{written_instant(story.published, page.outlet.locale)}</time>"
        if story.published
        else ""
    )
    writer = f'<p class="writer">{words["by"]}・{"、".join(story.authors)}</p>\n'
    credit = f'<p class="src">{escape(story.credit)}</p>\n' if story.credit else ""
    body = (
        f'<main id="content"><ol class="crumbs"><li><a href="/">{words["home"]}</a></li>'
        f"<li>{escape(story.categories[0]) if story.categories else ''}</li></ol>\n"
        f'<article class="art"><h1 class="tit">{escape(story.headline)}</h1>\n'
        f'<div class="meta">{stamp}</div>\n{figure(page)}'
        f'<div class="txt">\n{body_with_boxes(story, {})}{writer if story.authors else ""}{credit}'
        f'</div>\n<div class="share">{words["share"]} <a href="/share/x/">X</a> '
        '<a href="/share/line/">LINE</a></div></article>\n'
        f'<section class="rel"><h2>{words["related"]}</h2><ul>{links(page.related)}</ul></section>'
        f'</main>\n<aside class="side"><h2>{words["most_read"]}</h2>'
        f"<ol>{links(page.related[::-1])}</ol></aside>\n"
    )
    title = f"{story.headline}｜{page.outlet.name}"
    return document(page.outlet, title, head, body, _CHARSETS[story.encoding])
