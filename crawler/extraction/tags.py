"""The keywords of a story, apart from the sections that it is filed under.

Rule: the first source that gives any: news_keywords, JSON-LD keywords, keywords, article:tag, the
metas of analytics systems, other metas called keywords or tags, microdata, then the page's tag
links. The keywords meta completes JSON-LD where it names all of its keywords and more. Metadata
that only repeats the categories gives way to tag links. Codes for machines are no keywords.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from lxml.html import HtmlElement

from crawler.extraction.categories import unique_names
from crawler.extraction.facts import Facts
from crawler.extraction.headline import key_of
from crawler.extraction.index import is_inside
from crawler.extraction.jsonld import strings
from crawler.extraction.markup import shown_text
from crawler.extraction.naming import Naming
from crawler.extraction.words import pattern

_TOPIC_LINK = re.compile(
    r"/(?:tags?|topics?|thema|themen|keywords?|stichwort|tema|temas|sujets?|onderwerp|etiqueta|tagi"
    r"|temat)/[^/\n]",
    re.IGNORECASE,
)
_ELSEWHERE = ("aside", "footer", "nav", "header", "p")
_TAG_BOX = Naming(
    re.compile(
        r"(?:^|[\s_-])(?:(?:article|post|entry|story)?[_-]?tags|tag-?list|topics|keywords|tags-links)"
        r"(?:[\s_-]|$)|[a-z]Tags(?:$|\s)",
        re.IGNORECASE,
    ),
    stems="tags|tag-?list|topics|keywords",
)
_BOX = frozenset(["div", "ul", "p", "section", "span", "footer"])
_STANDARD = ("news_keywords", "keywords", "article:tag", "og:article:tag", "og:video:tag")
_ANALYTICS = ("parsely-tags", "sailthru.tags", "cxenseparse:recs:tags")
_SUBJECTS = ("dc.subject", "dcterms.subject")
_OTHER_META = re.compile(r"(?:^|[-_.:])(?:keywords|tags)$")
# Subject codes, numbers of records, "Page Type: Article".
_MACHINE = re.compile(r"^[A-Z][\w ]{2,20}: |_|^[A-Z]{2,}[:\d]|^\d{5,}$|^\w+:\w+$|^www\.")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_CODE = re.compile(r"^[A-Z][A-Z0-9]{1,6}$")
_SUBJECT = re.compile(r"^(?:subject|topic|tag|keyword)\s?:\s+", re.IGNORECASE)
_CATEGORY_PATH = re.compile(r"/(?:category|categories|kategorie|rubrik|categoria|section)/")
MAX_TAGS = 60
_LINKS_MAX = 30
_CODES_MIN = 5  # so many codes in a row are a vocabulary; one or two are names such as NATO

TagSource = tuple[str, list[str]]


def find_tags(facts: Facts, categories: tuple[str, ...], site_name: str | None) -> tuple[str, ...]:
    """The keywords by the rule in the head of this file; at most MAX_TAGS."""
    chosen: tuple[str, ...] = ()
    titles = {key_of(c.value) for c in facts.named("og:title")} | {key_of(facts.markup.title or "")}
    for origin, source in _declared(facts):
        tags = tuple(t for t in clean_tags(source, site_name) if key_of(t) not in titles)
        if not chosen or (origin == "meta:keywords" and _completes(chosen, tags)):
            chosen = tags or chosen
    filed = {name.casefold() for name in categories}
    if all(tag.casefold() in filed for tag in chosen):
        links = clean_tags([shown_text(a) for a in _links(facts)], site_name)
        chosen = links if len(links) > 1 or not chosen else chosen
    return chosen[:MAX_TAGS]


def clean_tags(source: list[str], site_name: str | None) -> tuple[str, ...]:
    """The keywords of one source, each once; none where it is a list of codes."""
    names = [_SUBJECT.sub("", name) for name in source if _is_tag(name, site_name)]
    if any(_SUBJECT.match(name) for name in source):
        names = [_SUBJECT.sub("", name) for name in source if _SUBJECT.match(name)]
    codes = sum(1 for name in names if _CODE.match(name))
    if codes >= _CODES_MIN and codes * 2 > len(names):
        return ()
    return unique_names(names)


def _completes(some: tuple[str, ...], more: tuple[str, ...]) -> bool:
    keys = {name.casefold() for name in more}
    return len(more) > len(some) and all(name.casefold() in keys for name in some)


def tag_sources(facts: Facts) -> Iterator[TagSource]:
    """Every place that lists keywords, in the order of the rule."""
    yield from _declared(facts)
    yield "tag-links", [shown_text(a) for a in _links(facts)]


def _declared(facts: Facts) -> Iterator[TagSource]:
    yield "meta:news_keywords", _named(facts, "news_keywords")
    yield "json-ld:keywords", _keywords(facts.article.get("keywords"))
    for name in (*_STANDARD[1:], *_ANALYTICS):
        yield f"meta:{name}", _named(facts, name)
    for name in _SUBJECTS:
        yield f"meta:{name}", _named(facts, name)
    for name in facts.markup.meta:
        if _OTHER_META.search(name) and name not in _STANDARD and name not in _ANALYTICS:
            yield f"meta:{name}", _named(facts, name)
    yield "microdata:keywords", _split(c.value for c in facts.items("keywords"))


def _named(facts: Facts, name: str) -> list[str]:
    return _split(c.value for c in facts.named(name))


def _links(facts: Facts) -> list[HtmlElement]:
    links = facts.index.relations.get("tag") or _tag_box(facts) or _behind_headline(facts)
    return [
        a
        for a in links[:_LINKS_MAX]
        if not _CATEGORY_PATH.search(a.get("href") or "")
        and not (a.get("href") or "").startswith("#")
    ]


def _tag_box(facts: Facts) -> list[HtmlElement]:
    return [a for box in facts.named_like(_TAG_BOX, _BOX) for a in box.iter("a")]


def _behind_headline(facts: Facts) -> list[HtmlElement]:
    """Links to topics: those before the headline are the site's menu where others come after."""
    links = [a for a in facts.index.leading_to(_TOPIC_LINK) if not is_inside(a, *_ELSEWHERE)]
    heading = next(facts.tree.iter("h1"), None)
    if not links or heading is None:
        return links
    behind = set(facts.elements[facts.elements.index(heading) :])
    return [a for a in links if a in behind] or links


def _keywords(value: object) -> list[str]:
    found = strings(value)
    return _split(found) if len(found) == 1 or isinstance(value, str) else found


def _split(values: Iterable[str]) -> list[str]:
    found: list[str] = []
    for value in values:
        value = unescape(value)
        separator = ";" if ";" in value and "," not in value else "[,،、，]"
        parts = re.split(separator, value)
        if len(parts) == 1:
            parts = _listed_otherwise(value)
        found += [part.strip() for part in parts]
    return found


def _listed_otherwise(value: str) -> list[str]:
    """The keywords of a list without commas: by bars, or by spaces in scripts that have none."""
    if value.count("|") > 1:
        return value.split("|")
    words = value.split()
    return words if len(words) > 1 and all(map(_UNSPACED.search, words)) else [value]


def _is_tag(name: str, site_name: str | None) -> bool:
    key = key_of(name)
    return (
        bool(key)
        and (len(key) > 1 or not key.isascii())
        and len(name) <= 80
        and not name.startswith("http")
        and "<" not in name
        and (not _MACHINE.search(name) or _SUBJECT.match(name) is not None)
        and key != key_of(site_name or "")
        and not pattern("tags", "never").match(name)
    )
