"""Elements that are never story, by their markup: cut before the engine sees the page."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extraction.contents import content_of
from crawler.extraction.engine.cutting import cut
from crawler.extraction.facts import Facts
from crawler.extraction.headline import story_heading
from crawler.extraction.naming import Naming
from crawler.extraction.query import query

_NEVER = frozenset(
    ("figcaption", "nav", "button", "iframe", "select", "noscript", "template", "dialog")
)
_ROLE = query("//*/@role/..")
_ROLES = frozenset(("navigation", "complementary", "dialog", "tooltip"))
_STORY_TAGS = frozenset(("body", "main", "article"))
_NAMED = frozenset(["div", "section", "p", "ul", "span", "em", "li", "h2", "h3", "h4"])
_JUNK_CLASS = Naming(
    re.compile(
        r"(?:^|[_-])(?:captions?(?:-text)?|newsletters?|related|read-?also|also-?read|"
        r"see-?also|credits?|copyright|author-?bio|bio|sharing|sharebar|most-?(?:read|popular)|"
        r"comments?|recommend(?:s|ed|ation|ations)?|hot-?news|polls?|(?:info|fact|fakten)-?box|(?:img|image|photo|pic)[_-]?desc|"
        r"outbrain|taboola|screen-reader-text|visually-?hidden|sr-only|vh|advert|advertisement|teaser)$|"
        r"(?:^|[_-])(?:roll-?over|pop-?over|pop-?up|tool-?tip|hover-?card)(?:[_-]\w+)*"
        r"[_-](?:block|body|box|card|content|inner|panel|text)$|"
        r"^(?:related|newsletter|read-?more|recommend|promo|advert|sponsor|comments?|about-?author"
        r"|caption|author-?bio)(?:$|[_-])",
        re.IGNORECASE,
    ),
    stems="caption|newsletter|related|also|credit|copyright|bio|shar|most|hot-?news|poll|box|desc|outbrain|taboola"
    "|screen-reader-text|hidden|sr-only|vh|advert|teaser|roll-?over|pop-?(?:over|up)|tool-?tip"
    "|hover-?card|read-?more|recommend|promo|sponsor|comment|author",
)
_BODY_CLASS = re.compile(r"content|body|article|story[-_]?text|main|post\b", re.IGNORECASE)
_STORIES = 2  # headlines of a page that goes on with another story
_PARAGRAPH = 200  # characters of a paragraph that makes a form part of the story


def remove_junk(facts: Facts) -> None:
    """Cut elements that are never story by their markup; guarded by the text they hold."""
    for article in _other_stories(facts):
        article.drop_tree()
    total = len(content_of(facts.tree))
    cut(facts.tree, [element for element in _junk(facts) if _is_small(element, total // 3)])
    named = []
    for element in facts.named_like(_JUNK_CLASS, _NAMED):
        label = element.get("class") or ""
        if _is_small(element, 200 if _BODY_CLASS.search(label) else total // 6):
            named.append(element)
    cut(facts.tree, named)


def _other_stories(facts: Facts) -> list[HtmlElement]:
    """Articles with a headline of their own behind the story: what readers scroll on to."""
    if len(facts.markup.headings) < _STORIES:
        return []
    articles = [a for a in facts.tree.iter("article") if _has_headline(a)]
    outer = [a for a in articles if next(a.iterancestors("article"), None) is None]
    heading, _ = story_heading(facts)
    own = next((a for a in outer if heading is not None and heading in a.iter("h1")), None)
    return [] if own is None else outer[outer.index(own) + 1 :]


def _junk(facts: Facts) -> list[HtmlElement]:
    """By tag or role, in document order: an outer element goes before those in it."""
    tree = facts.tree
    found = set(tree.iter(*_NEVER))
    found.update(e for e in tree.iter("aside", "footer") if not _has_headline(e))
    found.update(form for form in tree.iter("form") if not _has_paragraph(form))
    for heading in tree.iter("h2", "h3", "h4", "h5"):
        # A teaser in a list: its heading is a link.
        parent = heading.getparent()
        if next(heading.iterchildren("a"), None) is not None or (
            parent is not None and parent.tag == "a"
        ):
            found.update(heading.iterancestors("li"))
    for element in _ROLE(tree):
        if (
            element.get("role") in _ROLES
            and element.tag not in _STORY_TAGS
            and not _has_headline(element)
        ):
            found.add(element)
    return [element for element in facts.elements if element in found]


def _is_small(element: HtmlElement, limit: int) -> bool:
    """Whether an element within the page holds no more text than that."""
    if element.getparent() is None or element.tag in ("body", "html"):
        return False
    return len(content_of(element)) <= max(limit, 200)


def _has_headline(element: HtmlElement) -> bool:
    return next(element.iterdescendants("h1"), None) is not None


def _has_paragraph(form: HtmlElement) -> bool:
    return any(len(content_of(p)) > _PARAGRAPH for p in form.iter("p"))
