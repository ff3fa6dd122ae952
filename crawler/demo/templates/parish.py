"""A village newsletter made by hand: a title, a headline, perhaps a day, and tables for layout."""

from __future__ import annotations

from html import escape

from crawler.demo.templates.page import StoryPage, document, figure, links, paragraph


def render(page: StoryPage) -> str:
    """The page of a story."""
    story = page.story
    when = f"<p><i>{page.day}</i></p>\n" if page.day else ""
    byline = (
        f"<p><small>{page.words['by']} {escape(' and '.join(story.authors))}</small></p>\n"
        if story.authors
        else ""
    )
    text = "".join(paragraph(source) for source in story.paragraphs)
    credit = f"<p><small>{escape(story.credit)}</small></p>\n" if story.credit else ""
    body = (
        '<main id="content"><table width="100%"><tr><td valign="top">\n'
        f"<h1>{escape(story.headline)}</h1>\n{when}{byline}{figure(page)}{text}{credit}"
        '</td></tr></table>\n<hr>\n<p><a href="/news.html">Back to the news</a> | '
        '<a href="/clubs.html">Clubs</a> | <a href="#content">Top of page</a></p>\n'
        f"<p>Also this year:</p><ul>{links(page.related)}</ul></main>\n"
    )
    return document(page.outlet, f"{story.headline} - {page.outlet.name}", "", body)
