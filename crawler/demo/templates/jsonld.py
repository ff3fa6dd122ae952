"""A regional daily with JSON-LD NewsArticle, in-article teasers, a newsletter prompt, credits."""

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
    open_graph,
    script_json,
)


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, words = page.story, page.words
    head = (
        f'<link rel="canonical" href="{page.url}">\n'
        + meta("name", "description", story.description)
        + meta("name", "news_keywords", ", ".join(story.tags))
        + open_graph(page, article=False)
        + script_json(news_article(page))
    )
    section = story.categories[0] if story.categories else page.outlet.name
    standfirst = f'<p class="standfirst">{escape(story.description or "")}</p>\n'
    credit = f'<p class="wire-credit">{escape(story.credit)}</p>\n' if story.credit else ""
    body = (
        f'<main id="content"><article class="story story--full">\n<header class="story__head">'
        f'<a class="kicker" href="/{section.lower()}/">{escape(section)}</a>\n'
        f'<h1 class="story__headline">{escape(story.headline)}</h1>\n'
        f"{standfirst if story.description else ''}{_byline(page)}</header>\n{figure(page)}"
        f'<div class="story__body">\n{body_with_boxes(story, _boxes(page))}{credit}</div>\n'
        "</article>\n"
        f'<section class="recirculation"><h2>{words["related"]}</h2><ul>{links(page.related)}</ul>'
        f'</section></main>\n<aside class="side"><h2>{words["most_read"]}</h2>'
        f"<ol>{links(page.related[::-1])}</ol></aside>\n"
    )
    return document(page.outlet, f"{story.headline} | {page.outlet.name}", head, body)


def news_article(page: StoryPage) -> dict[str, object]:
    """The story as schema.org NewsArticle; only what the outlet knows is in it."""
    story = page.story
    modified = page.outlet.modified(story)
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": page.url},
        "headline": story.headline,
        "description": story.description,
        "datePublished": story.published.isoformat() if story.published else None,
        "dateModified": modified.isoformat() if modified else None,
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": page.outlet.name,
            "logo": {"@type": "ImageObject", "url": f"{page.base}/media/1.png"},
        },
        "articleSection": list(story.categories),
        "keywords": list(story.tags),
        "inLanguage": page.outlet.locale,
        "isAccessibleForFree": not story.walled,
    }
    if page.image:
        data["image"] = {
            "@type": "ImageObject",
            "url": page.image,
            "caption": story.caption,
            "creditText": story.photographer,
            "width": 480,
            "height": 270,
        }
    return {key: value for key, value in data.items() if value not in (None, [])}


def _byline(page: StoryPage) -> str:
    story, words = page.story, page.words
    names = " and ".join(
        f'<a rel="author" href="/staff/{name.lower().replace(" ", "-")}/">{escape(name)}</a>'
        for name in story.authors
    )
    byline = f'<span class="byline">{words["by"]} {names}</span> ' if names else ""
    if not story.published:
        return byline
    stamp = (
        f'<time datetime="{story.published.isoformat()}">'
        f"{written_instant(story.published, page.outlet.locale)}</time>"
    )
    changed = (
        f' <span class="updated">{words["updated"]} <time datetime="{story.modified.isoformat()}">'
        f"{written_instant(story.modified, page.outlet.locale)}</time></span>"
        if story.modified
        else ""
    )
    return f'<div class="meta">{byline}{stamp}{changed}</div>\n'


def _boxes(page: StoryPage) -> dict[int, str]:
    words = page.words
    headline, path = page.related[0]
    return {
        3: f'<aside class="box teaser"><span class="label">{words["more"]}:</span> '
        f'<a href="{path}">{escape(headline)}</a></aside>\n',
        6: f'<div class="box newsletter-prompt"><h4>{escape(page.outlet.name)} AM</h4>'
        f"<p>{words['newsletter']}</p>"
        f'<form><input type="email" placeholder="{words["email"]}">'
        f"<button>{words['sign_up']}</button></form></div>\n",
    }
