"""Section and home pages: the links that look like stories."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from lxml import etree

from crawler.hints import Hints
from crawler.url_shape import has_evidence
from crawler.urls import looks_like_article
from spiders.discovery.html_page import base_of, parse_html
from spiders.discovery.listing import Links, Listing, absolute, plain, refused
from spiders.discovery.next_page import next_page
from spiders.discovery.structured import stated_stories

# What is in menus and footers leads around the site as a rule; a whole headline there leads to a
# story. In the other parts no link counts. By element, by ARIA role, and by whole words in class
# and id, as the systems of most papers name them.
_AROUND_TAGS = frozenset({"nav", "footer"})
_AROUND_ROLES = frozenset({"navigation", "contentinfo", "menu"})
_AROUND_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|footer)(?:$|[\s_-])", re.IGNORECASE
)
_OTHER_TAGS = frozenset({"noscript", "template"})
_OTHER_ROLES = frozenset({"search", "dialog"})
_OTHER_NAME = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|cookie|consent|share|sharing|social|pagination|pager|tags|taglist"
    r"|newsletter|language-?switcher?|skip-?links?|ads?|advert|advertisement|sponsored)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNNAMED = frozenset({"html", "body", "main", "article", "a"})
_FORM_LINKS = 5  # with so many a form is the page itself, as ASP.NET makes them
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DENSE = re.compile("[\u2e80-\U0003ffff]")  # scripts that write a headline in few characters
_Element = Any  # lxml has no types


@dataclass(slots=True)
class _Found:
    """All links of a page to one URL: its texts, and those in headings. ``is_around``: all of them
    stand in menus and footers."""

    is_around: bool = True
    texts: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    taken: bool = False


def read_section(
    body: bytes, url: str, content_type: str | None, take: Sequence[str] = ()
) -> Listing:
    """The links to stories on the page that was fetched from ``url`` (its final URL).

    A link is taken by the shape of its URL, its text and its place on the page; because one of the
    regular expressions ``take`` matches it; or because the page's structured data lists it. Each
    URL comes once, in the order of the page.
    """
    root = parse_html(body, content_type)
    if root is None:
        return refused("the page is empty")
    base = base_of(root, url)
    patterns = [re.compile(pattern) for pattern in take]
    found: dict[str, _Found] = {}
    for anchor, is_around in _content_anchors(root):
        target = absolute(base, anchor.get("href"))
        if target is None or target == url:
            continue
        entry = found.setdefault(target, _Found())
        entry.is_around = entry.is_around and is_around
        entry.taken = entry.taken or any(pattern.search(target) for pattern in patterns)
        _note_text(entry, anchor)
    stated = stated_stories(root, base)
    stated.pop(url, None)
    links = Links(url)
    for target, entry in found.items():
        if entry.taken or target in stated or _is_story(target, entry):
            links.add(target, Hints(headline=_headline(entry) or stated.get(target)))
    # A page that is made by scripts may have its list in the structured data alone.
    for target, headline in stated.items():
        links.add(target, Hints(headline=headline))
    return Listing(
        entries=links.entries,
        title=plain(root.findtext(".//title")),
        language=plain(root.get("lang"), 20),
        next_page=next_page(root, base, url),
    )


def _content_anchors(root: _Element, *, is_around: bool = False) -> Iterator[tuple[_Element, bool]]:
    """Every link below ``root`` that may lead to a story, and whether it stands in a part of the
    page that leads around the site."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        part = _part_of_site(element)
        if part == "other":
            walk.skip_subtree()
        elif part == "around" and not is_around:
            walk.skip_subtree()
            yield from _content_anchors(element, is_around=True)
        elif element.tag != "a" or not element.get("href"):
            continue
        elif not is_around or _is_whole_headline(plain(" ".join(element.itertext())) or ""):
            yield element, is_around


def _part_of_site(element: _Element) -> Literal["around", "other"] | None:
    if (tag := element.tag) in _UNNAMED:  # body.has-nav is no menu
        return None
    role = element.get("role")
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if tag in _OTHER_TAGS or role in _OTHER_ROLES or _OTHER_NAME.search(named):
        return "other"
    if tag == "form" and len(list(islice(element.iter("a"), _FORM_LINKS))) < _FORM_LINKS:
        return "other"
    if tag in _AROUND_TAGS or role in _AROUND_ROLES or _AROUND_NAME.search(named):
        return "around"
    return None


def _note_text(entry: _Found, anchor: _Element) -> None:
    headings = list(anchor.iter(*_HEADINGS))
    if headings:
        entry.headings += filter(None, (plain("".join(h.itertext())) for h in headings[:1]))
        return
    text = plain(" ".join(anchor.itertext()))
    if text and any(parent.tag in _HEADINGS for parent in _near(anchor)):
        entry.headings.append(text)
    elif text:
        entry.texts.append(text)
    elif label := plain(anchor.get("aria-label") or anchor.get("title")):
        entry.texts.append(label)


def _near(anchor: _Element) -> Iterator[_Element]:
    parent = anchor.getparent()
    for _ in range(3):
        if parent is None:
            return
        yield parent
        parent = parent.getparent()


def _headline(entry: _Found) -> str | None:
    """The text in a heading; else the longest that is long enough for one, and no paragraph."""
    if entry.headings:
        return entry.headings[0]
    fitting = (text for text in entry.texts if len(text) <= 250 and _is_headline(text))
    return max(fitting, key=len, default=None)


def _is_headline(text: str) -> bool:
    if _DENSE.search(text):
        return len(text) >= 8
    return len(text.split()) >= 4 or len(text) >= 25


def _is_whole_headline(text: str) -> bool:
    """Longer than the names of sections and services are."""
    if _DENSE.search(text):
        return len(text) >= 15
    return len(text.split()) >= 6 or len(text) >= 40


def _is_story(url: str, entry: _Found) -> bool:
    """A story's URL, and a headline's text unless the URL itself is beyond doubt."""
    if not looks_like_article(url):
        return False
    headline = _headline(entry)
    if entry.is_around:
        return headline is not None and _is_whole_headline(headline)
    return has_evidence(url) or headline is not None
