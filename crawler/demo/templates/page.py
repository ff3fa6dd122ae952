"""What all systems share: the document, header, footer, and a paragraph of source text as HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from crawler.demo.calendar_words import written_day
from crawler.demo.outlets import Outlet, site_words
from crawler.demo.stories import Story

_STYLE = """
* { box-sizing: border-box }
body { margin: 0; background: %(paper)s; color: %(ink)s; font: 18px/1.6 %(face)s }
a { color: %(accent)s }
.skip { position: absolute; left: -9999px }
header.top { border-bottom: 3px solid %(accent)s; padding: 1rem 1.5rem }
header.top a.brand { font-size: 2rem; font-weight: 700; text-decoration: none; color: %(ink)s }
header.top p { margin: .1rem 0; font-size: .85rem; opacity: .75 }
nav ul { list-style: none; display: flex; gap: 1.2rem; flex-wrap: wrap; margin: 0;
  padding: .4rem 1.5rem; font-size: .9rem }
.wrap { display: flex; flex-wrap: wrap; gap: 2.5rem; max-width: 1080px; margin: 0 auto;
  padding: 1.5rem }
main { flex: 1 1 560px; min-width: 0; max-width: 720px }
aside.side { flex: 0 1 260px; font-size: .9rem }
h1 { line-height: 1.2; font-size: 2rem; margin: .4rem 0 }
figure { margin: 1.2rem 0 }
figure img { width: 100%%; height: auto; display: block }
figcaption, .credit { font-size: .8rem; opacity: .8 }
.meta, .crumbs, .strip, .share { font-size: .85rem; opacity: .85 }
.strip a { margin-inline-end: .7rem }
.box { border: 1px solid %(accent)s; padding: .8rem 1rem; margin: 1.4rem 0; font-size: .92rem }
blockquote { margin: 1rem 0; padding: 0 1rem; border-inline-start: 4px solid %(accent)s }
article.card { border-bottom: 1px solid #bbb; padding: .6rem 0 }
article.card h2 { font-size: 1.2rem; margin: .2rem 0 }
footer.foot { border-top: 1px solid #999; font-size: .8rem; padding: 1.5rem; opacity: .85 }
footer.foot a { margin-inline-end: 1rem }
.cookie { position: sticky; bottom: 0; background: %(ink)s; color: %(paper)s;
  padding: .4rem 1.5rem; font-size: .85rem }
"""
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story and its surroundings; ``related`` are (headline, path) of its neighbours."""

    outlet: Outlet
    base: str
    story: Story
    related: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return self.base + self.outlet.story_path(self.story)

    @property
    def image(self) -> str | None:
        return self.base + self.outlet.image_path(self.story) if self.story.caption else None

    @property
    def words(self) -> dict[str, str]:
        return site_words(self.outlet.language)

    @property
    def day(self) -> str:
        """The day as readers write it, or nothing."""
        day = self.story.published_date
        return written_day(day, self.outlet.locale) if day else ""


StoryRenderer = Callable[[StoryPage], str]


def document(outlet: Outlet, title: str, head: str, body: str, charset: str = "utf-8") -> str:
    """A whole HTML document around ``body``, with the outlet's header, footer and cookie note."""
    look = outlet.look
    style = _STYLE % {
        "ink": look.ink, "accent": look.accent, "paper": look.paper, "face": look.face,
    }  # fmt: skip
    direction = ' dir="rtl"' if outlet.is_right_to_left else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.locale}"{direction}>\n<head>\n'
        f'<meta charset="{charset}">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{head}<style>{style}</style>\n</head>\n<body>\n{_top(outlet)}"
        f'<div class="wrap">\n{body}</div>\n{_foot(outlet)}</body>\n</html>\n'
    )


def _top(outlet: Outlet) -> str:
    words = site_words(outlet.language)
    items = "".join(f'<li><a href="{path}">{escape(name)}</a></li>' for name, path in outlet.nav)
    return (
        f'<a class="skip" href="#content">{words["skip"]}</a>\n<header class="top">'
        f'<a class="brand" href="/">{escape(outlet.name)}</a><p>{escape(outlet.tagline)}</p>'
        f'</header>\n<nav><ul><li><a href="/">{words["home"]}</a></li>{items}</ul></nav>\n'
    )


def _foot(outlet: Outlet) -> str:
    words = site_words(outlet.language)
    links = "".join(f'<a href="{path}">{escape(name)}</a>' for name, path in outlet.service)
    return (
        f'<footer class="foot"><p>{links}</p>'
        f"<p>&copy; 2026 {escape(outlet.name)}, {escape(outlet.place)}. {words['rights']}</p>"
        "</footer>\n"
        f'<div class="cookie" role="dialog"><p>{words["cookie"]} '
        f'<button type="button">{words["accept"]}</button></p></div>\n'
    )


def paragraph(source: str, attributes: str = "") -> str:
    """A paragraph of source text as HTML."""
    quoted = source.startswith("> ")
    text = escape(source.removeprefix("> "), quote=False)
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _EMPHASIS.sub(r"<em>\1</em>", text)
    html = f"<p{attributes}>{text}</p>\n"
    return f"<blockquote>{html}</blockquote>\n" if quoted else html


def body_with_boxes(story: Story, boxes: dict[int, str], attributes: str = "") -> str:
    """All paragraphs, with ``boxes[n]`` after the n-th where the story is long enough."""
    parts = []
    for number, source in enumerate(story.paragraphs, 1):
        parts.append(paragraph(source, attributes))
        if number in boxes and number < len(story.paragraphs):
            parts.append(boxes[number])
    return "".join(parts)


def meta(key: str, name: str, content: str | None) -> str:
    """``<meta key="name" content="content">``, or nothing without content."""
    return f'<meta {key}="{name}" content="{escape(content)}">\n' if content else ""


def open_graph(page: StoryPage, *, article: bool = True) -> str:
    """The og: and article: properties of a story."""
    story, outlet = page.story, page.outlet
    head = (
        meta("property", "og:type", "article")
        + meta("property", "og:title", story.headline)
        + meta("property", "og:url", page.url)
        + meta("property", "og:site_name", outlet.name)
        + meta("property", "og:locale", outlet.locale.replace("-", "_"))
        + meta("property", "og:description", story.description)
        + meta("property", "og:image", page.image)
    )
    if not article:
        return head
    if story.published:
        head += meta("property", "article:published_time", story.published.isoformat())
    if story.modified:
        head += meta("property", "article:modified_time", story.modified.isoformat())
    head += "".join(meta("property", "article:section", name) for name in story.categories)
    return head + "".join(meta("property", "article:tag", name) for name in story.tags)


def links(pairs: tuple[tuple[str, str], ...]) -> str:
    """(text, path) pairs as list items."""
    return "".join(f'<li><a href="{path}">{escape(text)}</a></li>' for text, path in pairs)


def script_json(value: object) -> str:
    """A JSON-LD script element."""
    text = json.dumps(value, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return f'<script type="application/ld+json">\n{text}\n</script>\n'


def figure(page: StoryPage) -> str:
    """The lead picture with caption and credit, or nothing."""
    story = page.story
    if not story.caption:
        return ""
    credit = (
        f' <span class="credit">{page.words["photo"]}: {escape(story.photographer)}</span>'
        if story.photographer
        else ""
    )
    return (
        f'<figure><img src="{page.image}" width="480" height="270" alt="{escape(story.caption)}">'
        f"<figcaption>{escape(story.caption)}{credit}</figcaption></figure>\n"
    )
