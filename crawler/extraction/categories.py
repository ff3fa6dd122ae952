"""The site's sections of a story; its keywords are in ``tags``.

Rule: breadcrumb (JSON-LD, then markup) without home and headline, then articleSection and
article:section, then the links of a category strip, each name once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.extraction.facts import Facts
from crawler.extraction.headline import key_of
from crawler.extraction.markup import text_of
from crawler.extraction.naming import Naming
from crawler.extraction.words import pattern

_BREADCRUMB = Naming(re.compile(r"bread-?crumbs?", re.IGNORECASE), stems="bread-?crumb")
_CRUMB_BOX = frozenset(["nav", "div", "ul", "ol", "p", "section"])
_CATEGORY_LINK = Naming(re.compile("^category$"), stems="category")
_LINK = frozenset(["a"])
_STRIP = Naming(
    re.compile(
        r"(?:^|[\s_-])(?:categor(?:y|ies)|cat-links|post-cats?|rubrics?)(?:$|[\s_-])", re.IGNORECASE
    ),
    stems="categor|cat-links|post-cat|rubric",
)
_BOX = frozenset(["div", "ul", "p", "section", "span", "footer"])
_ANALYTICS = ("parsely-section", "cxenseparse:recs:category", "cxenseparse:category")
_STRIP_LENGTH = 300  # characters
_COUNT = re.compile(r"\s*\(\d+(?: \w+)?\)\s*$|^\(\d+\)\s*")


def find_categories(facts: Facts, headline: str | None) -> tuple[str, ...]:
    """The sections, outermost first, without repeats."""
    found = [
        name
        for _, source in category_sources(facts)
        for name in kept_sections(source, facts, headline)
    ]
    names = unique_names(found)
    keys = {key_of(name) for name in names}
    return tuple(name for name in names if not _is_list_of(keys, name))


def _is_list_of(keys: set[str], name: str) -> bool:
    """Whether a name is others of these, joined: ``Health, Science`` beside ``Health``."""
    parts = [key_of(part) for part in name.split(",")]
    return len(parts) > 1 and all(part in keys for part in parts)


def category_sources(facts: Facts) -> Iterator[tuple[str, list[str]]]:
    """Every place that files the story, in the order of the rule."""
    crumbs = max(facts.data.breadcrumbs, key=len, default=())
    yield (
        ("json-ld:breadcrumb", list(crumbs))
        if crumbs
        else (
            "breadcrumb",
            _markup_breadcrumb(facts),
        )
    )
    for candidate in (
        *facts.linked("articleSection"),
        *facts.named("article:section"),
        *facts.items("articlesection"),
    ):
        yield candidate.origin, [candidate.value]
    for candidate in facts.named(*_ANALYTICS):
        yield candidate.origin, candidate.value.split("|")
    yield "category-links", _strip(facts)


def kept_sections(names: Iterable[str], facts: Facts, headline: str | None) -> list[str]:
    """The names of one source that are sections: not home, the site or the story itself."""
    names = list(names)
    if not names:
        return []
    home, never = pattern("categories", "home"), pattern("categories", "never")
    site = {key_of(v) for v, _ in facts.markup.every("og:site_name", "application-name")}
    titles = {key_of(t) for t in (headline, facts.markup.title, *facts.markup.headings) if t}
    kept = []
    for name in names:
        name = name.strip(" »›>/|\u00a0:")
        key = key_of(name)
        if not key or len(name) > 45 or home.match(name) or key in site or name.startswith("http"):
            continue
        if never.match(name):
            continue
        if any(key == t or (len(key) > 25 and t.startswith(key)) for t in titles):
            continue
        kept.append(name)
    return kept


def _markup_breadcrumb(facts: Facts) -> list[str]:
    named = facts.named_like(_BREADCRUMB, _CRUMB_BOX, aside=True)
    labelled = (n for n in facts.tree.iter("nav") if "breadcrumb" in _label(n))
    for box in (named or list(labelled))[:3]:
        links = [text_of(a) for a in box.iter("a")]
        if links:
            return links
    return []


def _label(element: HtmlElement) -> str:
    return (element.get("aria-label") or "").casefold()


def _strip(facts: Facts) -> list[str]:
    """The links of a category strip near the headline: rel=category, or a box named after it."""
    links = (
        _near(facts, facts.index.relations.get("category", []))
        or _near(facts, facts.named_like(_CATEGORY_LINK, _LINK, aside=True))
        or [a for box in _strips(facts) for a in box.iter("a")]
    )
    return [text_of(a) for a in links[:12] if "/tag/" not in (a.get("href") or "")]


def _strips(facts: Facts) -> list[HtmlElement]:
    """Boxes of links: a story's own container may be named after its category too."""
    boxes = _near(facts, facts.named_like(_STRIP, _BOX))[:2]
    return [box for box in boxes if len(text_of(box)) <= _STRIP_LENGTH]


def _near(facts: Facts, elements: list[HtmlElement]) -> list[HtmlElement]:
    """Those in the article element that holds the h1; all where there is none."""
    if not elements:
        return []
    for heading in facts.tree.iter("h1"):
        for around in heading.iterancestors("article", "main"):
            return [e for e in elements if around in e.iterancestors()]
    return elements


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names without counts and marks, the first spelling of each."""
    seen: dict[str, str] = {}
    for name in names:
        name = " ".join(_COUNT.sub("", name).strip(" #,;\u00a0").split())
        if name:
            seen.setdefault(name.casefold(), name)
    return tuple(seen.values())
