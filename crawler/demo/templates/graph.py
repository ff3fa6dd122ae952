"""A German local paper: one JSON-LD @graph for site, page and story, and time elements."""

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


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, words = page.story, page.words
    head = (
        f'<link rel="canonical" href="{page.url}">\n'
        + meta("name", "description", story.description)
        + open_graph(page, article=False)
        + script_json({"@context": "https://schema.org", "@graph": _graph(page)})
    )
    names = " und ".join(f'<span class="autor">{escape(name)}</span>' for name in story.authors)
    byline = f"{words['by']} {names} · " if names else ""
    section = story.categories[0] if story.categories else words["home"]
    credit = f'<p class="quelle">{escape(story.credit)}</p>\n' if story.credit else ""
    body = (
        f'<main id="content"><nav class="crumbs"><a href="/">{words["home"]}</a> › '
        f'<a href="/{section.lower()}/">{escape(section)}</a></nav>\n<article>\n'
        f'<h1><span class="headline">{escape(story.headline)}</span></h1>\n'
        f'<div class="meta">{byline}{_times(page)}</div>\n{figure(page)}'
        f'<div class="artikel-text">\n{body_with_boxes(story, _boxes(page))}{credit}</div>\n'
        f"</article>\n{_share(page)}"
        f'<section class="empfehlungen"><h2>{words["related"]}</h2><ul>{links(page.related)}</ul>'
        f'</section></main>\n<aside class="side"><h2>{words["most_read"]}</h2>'
        f"<ol>{links(page.related[::-1])}</ol></aside>\n"
    )
    return document(page.outlet, f"{story.headline} - {page.outlet.name}", head, body)


def _graph(page: StoryPage) -> list[dict[str, object]]:
    article = news_article(page)
    del article["@context"]
    section = page.story.categories[0] if page.story.categories else page.outlet.name
    crumbs = [
        {"@type": "ListItem", "position": 1, "name": "Startseite", "item": f"{page.base}/"},
        {"@type": "ListItem", "position": 2, "name": section},
        {"@type": "ListItem", "position": 3, "name": page.story.headline},
    ]
    return [
        {"@type": "WebSite", "@id": f"{page.base}/#website", "name": page.outlet.name},
        {"@type": "WebPage", "@id": page.url, "name": page.story.headline},
        {"@type": "BreadcrumbList", "itemListElement": crumbs},
        article | {"@id": f"{page.url}#article", "isPartOf": {"@id": page.url}},
    ]


def _times(page: StoryPage) -> str:
    story, locale = page.story, page.outlet.locale
    if not story.published:
        return ""
    stamp = f'<time datetime="{story.published.isoformat()}">'
    times = f"{stamp}{written_instant(story.published, locale)}</time>"
    if story.modified:
        stamp = f'<time datetime="{story.modified.isoformat()}">'
        changed = f"{stamp}{written_instant(story.modified, locale)}</time>"
        times += f" ({page.words['updated']}: {changed})"
    return times


def _boxes(page: StoryPage) -> dict[int, str]:
    headline, path = page.related[1]
    words = page.words
    return {
        2: '<div class="box anzeige"><small>Anzeige</small></div>\n',
        4: f'<div class="box"><strong>{words["more"]}</strong><br>'
        f'<a href="{path}">{escape(headline)}</a></div>\n',
    }


def _share(page: StoryPage) -> str:
    items = " ".join(f'<a href="/teilen/{n.lower()}/">{n}</a>' for n in ("Mail", "X", "WhatsApp"))
    return f'<div class="share">{page.words["share"]}: {items}</div>\n'
