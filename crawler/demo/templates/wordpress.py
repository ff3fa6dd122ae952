"""A small WordPress site: crumbs, category strip, the headline twice, share buttons, comments."""

from __future__ import annotations

from html import escape

from crawler.demo.calendar_words import written_day
from crawler.demo.templates.page import (
    StoryPage,
    body_with_boxes,
    document,
    figure,
    links,
    meta,
    open_graph,
)


def render(page: StoryPage) -> str:
    """The page of a story."""
    story, outlet, words = page.story, page.outlet, page.words
    head = (
        f'<link rel="canonical" href="{page.url}">\n'
        f'<link rel="shortlink" href="{page.base}{outlet.short_path(story)}">\n'
        f'<link rel="alternate" type="application/rss+xml" href="{page.base}/feed/">\n'
        + meta("name", "generator", "WordPress 6.4.3")
        + meta("name", "description", story.description)
        + open_graph(page)
    )
    body = (
        f'<main id="content"><div class="crumbs"><a href="/">{words["home"]}</a> » '
        f"<span>{escape(story.headline)}</span></div>\n"
        f'<article class="post-{story.number} post type-post status-publish hentry">\n'
        f'<h1 class="page-title">{escape(story.headline)}</h1>\n'
        f'<div class="strip cat-links">{_strip(story.categories)}</div>\n'
        f'<h2 class="entry-title">{escape(story.headline)}</h2>\n'
        f"{_entry_meta(page)}{figure(page)}"
        f'<div class="entry-content">\n{body_with_boxes(story, {})}{_credit(story.credit)}</div>\n'
        f"{_share(page)}{_tags(story.tags)}</article>\n"
        f'<section class="related"><h3>{words["related"]}</h3><ul>{links(page.related)}</ul>'
        f"</section>\n{_comments(page)}</main>\n{_sidebar(page)}"
    )
    return document(outlet, f"{story.headline} - {outlet.name}", head, body)


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _strip(categories: tuple[str, ...]) -> str:
    # No separators: the theme leaves them to its style sheet, and text extractors run into it.
    return " ".join(
        f'<a href="/category/{_slug(name)}/" rel="category tag">{escape(name)}</a>'
        for name in categories
    )


def _entry_meta(page: StoryPage) -> str:
    story, words = page.story, page.words
    parts = []
    if story.authors:
        names = ", ".join(
            f'<a class="url fn n" rel="author" href="/author/{_slug(name)}/">{escape(name)}</a>'
            for name in story.authors
        )
        parts.append(f'<span class="byline author vcard">{words["by"]} {names}</span>')
    if story.published:
        stamp = f'<time class="entry-date published" datetime="{story.published.isoformat()}">'
        parts.append(f"{stamp}{page.day}</time>")
    if story.modified:
        day = written_day(story.modified.date(), page.outlet.locale)
        stamp = f'<time class="updated" datetime="{story.modified.isoformat()}">'
        parts.append(f"{words['updated']} {stamp}{day}</time>")
    return f'<div class="meta entry-meta">{" | ".join(parts)}</div>\n' if parts else ""


def _credit(credit: str | None) -> str:
    return f"<p>{escape(credit)}</p>\n" if credit else ""


def _share(page: StoryPage) -> str:
    buttons = " ".join(
        f'<a class="share-{name.lower()}" rel="nofollow" href="/share/{name.lower()}/">{name}</a>'
        for name in ("Facebook", "X", "WhatsApp", "Email", "Print")
    )
    return f'<div class="share sharedaddy"><h3>{page.words["share"]}:</h3>{buttons}</div>\n'


def _tags(tags: tuple[str, ...]) -> str:
    if not tags:
        return ""
    items = ", ".join(
        f'<a href="/tag/{_slug(name)}/" rel="tag">{escape(name)}</a>' for name in tags
    )
    return f'<div class="tags-links">Tagged {items}</div>\n'


def _comments(page: StoryPage) -> str:
    words = page.words
    return (
        f'<div id="respond" class="comment-respond"><h3>{words["comments"]}</h3>'
        '<form action="/wp-comments-post.php" method="post">'
        f"<p>{words['comment_note']}</p><p><textarea rows=4 cols=45></textarea></p>"
        f'<p><input name="email" placeholder="{words["email"]}"> '
        f"<button>{words['send']}</button></p></form></div>\n"
    )


def _sidebar(page: StoryPage) -> str:
    words = page.words
    return (
        f'<aside class="side widget-area"><section class="widget"><h3>{words["search"]}</h3>'
        '<form action="/"><input name="s"></form></section>'
        f'<section class="widget"><h3>{words["most_read"]}</h3><ol>{links(page.related[:3])}</ol>'
        f'</section><section class="widget"><p>{words["newsletter"]}</p>'
        f"<button>{words['sign_up']}</button></section></aside>\n"
    )
