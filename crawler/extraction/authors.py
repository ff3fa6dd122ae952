"""Who wrote the story: clean names of persons in the page's order, and the byline as printed.

Rule: the first source that gives a person: JSON-LD author, microdata, author metas, rel=author, a
label ("Author: ..."), a line under the headline, visible byline, links to authors' pages, a name
that signs the first lines, the listing. Organisations, the outlet itself among them, only where no
source gives a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.agency import canonical_agency
from crawler.extraction.facts import Facts
from crawler.extraction.headline import key_of
from crawler.extraction.index import is_inside
from crawler.extraction.jsonld import strings, types_of
from crawler.extraction.labels import beside_label
from crawler.extraction.markup import is_elsewhere, spaced_text, text_of
from crawler.extraction.names import Writer, folded, named_writers
from crawler.extraction.naming import Naming
from crawler.extraction.nearby import under_heading
from crawler.extraction.words import pattern
from crawler.urls import registered_domain

AUTHOR_META = (
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author",
    "cxenseparse:author", "dc.creator", "dcterms.creator", "byl", "dcsext.author",
    "citation_author", "twitter:misc:written by", "article:author_name", "article:author:name",
    "authors", "rbauthors",
)  # fmt: skip
_AUTHOR_PATH = re.compile(
    r"(?<!/licenses)/(?:authors?|autor|autores|auteur|autore|autoren|profile|by|journalists?|reporters?|editors?"
    r"|columnists?|contributors?)/[^/\n]+/?$",
    re.IGNORECASE | re.MULTILINE,
)
_HOUSE_ACCOUNT = re.compile(
    r"/(?:admin|administrator|webmaster|redaktion|newsroom|newsdesk|webdesk|editor)\d*/?$"
)
_BYLINE = frozenset(
    ["span", "div", "p", "a", "address", "li", "ul", "strong", "em", "h4", "h5", "h6", "cite", "b"]
)
_BYLINE_CLASS = Naming(
    re.compile(
        r"(?:^|[\s_-])(?:by-?line|author|authors|autor|autoren|auteur|autore|writer|reporter|"
        r"article-?author|author-?name|byname|contributor|journalist|redacteur|yazar|penulis)"
        r"(?:s|[_-](?:name|names|link|title|line|text|list|info))?(?:$|\s)|"
        r"[a-z](?:Byline|AuthorName|Author)(?:List|s)?(?:-item)?(?:$|\s|__)",
    ),
    stems="by-?line|author|autor|auteur|writer|reporter|byname|contributor|journalist|redacteur|yazar|penulis",
)
_NOT_BYLINE = re.compile(
    r"comment|bio|related|social|share|follow|image|avatar|photo|foto|credit|teaser|box-title|form",
    re.IGNORECASE,
)
_PATH = re.compile(r"\s[>›»]\s")  # where the page stands on its site
_BYLINE_MIN = 4
_BYLINE_MAX = 140
_LINKED_MAX = 4  # more links to authors in a row are the site's list of columnists
_OPENING = 40  # characters by which a paragraph is known as the one that the summary opens with


# A visible byline: its text, and its parts: the links where it has several, else its pieces.
Byline = tuple[str, list[str], bool]
# One place where authors are named: what it is called in evidence, and what it says.
Source = tuple[str, "list[Writer]"]


def find_authors(facts: Facts, site_name: str | None, bylines: list[Byline]) -> tuple[str, ...]:
    """The persons of the first source that has any, else the organisations of the first.

    Metas, rel=author links and a byline that name these persons and more complete them.
    """
    outlet = site_keys(facts, site_name)
    organisations: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    for origin, source in author_sources(facts, bylines):
        is_last = origin == "rel-author"
        if chosen and not is_last and not origin.startswith("meta:"):
            continue
        writers = named_writers(source, outlet)
        persons = tuple(w.name for w in writers if not w.organisation)
        if chosen and is_last:
            return _completed(chosen, chain([persons], _printed(bylines, outlet)))
        if chosen and _completes(chosen, persons):
            return persons
        chosen = chosen or persons
        organisations = organisations or tuple(w.name for w in writers)
    return chosen or organisations


def _completed(chosen: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return next((persons for persons in others if _completes(chosen, persons)), chosen)


def _printed(bylines: list[Byline], outlet: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The persons of each byline that opens with "By" or its like, where it gives full names."""
    lead = _lead()
    for text, _, _ in bylines:
        writers = named_writers([Writer(text)], outlet) if lead.match(text) else []
        if writers and all(" " in w.name and not w.organisation for w in writers):
            yield tuple(w.name for w in writers)


def _completes(some: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Whether ``more`` holds all of ``some`` and others: metadata that names the first alone."""
    keys = {key_of(name) for name in more}
    return len(more) > len(some) and all(key_of(name) in keys for name in some)


def find_byline(facts: Facts, bylines: list[Byline]) -> str | None:
    """The visible byline as printed, white space collapsed."""
    for text, _, _ in bylines:
        return text
    return next((c.value for c in facts.named("byl")), None)


def author_sources(facts: Facts, bylines: list[Byline]) -> Iterator[Source]:
    """Every place that names authors, in the order of the rule."""
    yield "json-ld:author", list(_linked(facts.article.get("author"), facts))
    yield "microdata:author", [Writer(c.value) for c in facts.items("author")]
    for name in AUTHOR_META:
        if values := facts.markup.meta.get(name):
            yield f"meta:{name}", [Writer(value) for value in values]
    yield "json-ld:creator", list(_linked(facts.article.get("creator"), facts))
    yield "meta:twitter:label", _labelled(facts)
    yield "rel-author", [Writer(text_of(a)) for a in _first_group(_related(facts))]
    labelled = beside_label(facts, "authors")
    yield "label", [Writer(labelled)] if labelled else []
    yield "under-headline", [Writer(line) for line in _led_lines(facts)]
    for text, parts, linked in bylines:
        if not linked:
            yield "byline", [Writer(text)]
        # Behind an agency its pieces are a town and a day.
        if linked or not canonical_agency(parts[0]):
            yield "byline", [Writer(part) for part in parts]
    links = [text for a in _first_group(_to_authors(facts)) if (text := text_of(a))]
    # One word among several is a button beside them.
    are_names = len(links) == 1 or all(" " in name or not name.isascii() for name in links)
    yield "author-link", [Writer(n) for n in links if are_names and len(links) <= _LINKED_MAX]
    yield "signed", _signed(facts)
    yield "hint", [Writer(name) for name in facts.page.hints.authors]


def _linked(value: Any, facts: Facts) -> Iterator[Writer]:
    # ``value`` is a JSON-LD value of any shape.
    for item in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(item, dict):
            if "name" not in item and isinstance(item.get("@id"), str):
                item = facts.data.by_id.get(item["@id"], {})
            organisation = any(t.endswith("Organization") for t in types_of(item))
            for name in strings(item.get("name")):
                yield Writer(name, organisation)
        else:
            for name in strings(item):
                yield Writer(name)


def _house_accounts(facts: Facts) -> Iterator[str]:
    """The names of accounts, such as /author/admin/, under which a house posts everything."""
    for node in (facts.article.get("author"), *facts.data.by_id.values()):
        addresses = strings([node.get("@id"), node.get("url")]) if isinstance(node, dict) else []
        if any(_HOUSE_ACCOUNT.search(address) for address in addresses):
            yield from strings(node)


def _labelled(facts: Facts) -> list[Writer]:
    """The card fields "Written by" (twitter:label1 names what twitter:data1 holds)."""
    for number in ("1", "2"):
        label = facts.markup.first(f"twitter:label{number}") or ""
        value = facts.markup.first(f"twitter:data{number}")
        if value and pattern("authors", "label", r"^(?:{})").search(label):
            return [Writer(value)]
    return []


def _signed(facts: Facts) -> list[Writer]:
    """The name that a story without a byline opens with, as a paragraph of its own.

    Any short line could be a subheading; but systems cut the summary from the start of the text,
    so that what it holds too is where the story begins.
    """
    filed = {key_of(name) for crumbs in facts.data.breadcrumbs for name in crumbs}
    filed |= {key_of(c.value) for c in facts.linked("articleSection")}
    filed |= {key_of(c.value) for c in facts.named("article:section", "keywords")}
    for summary in facts.named("og:description", "description"):
        opening = key_of(summary.value)
        for element in facts.tree.iter("p"):
            text = text_of(element)
            key = key_of(text[:_BYLINE_MAX])
            if not key or key not in opening or key in filed:
                if opening and key.startswith(opening[:_OPENING]):
                    break
                continue
            if all(_is_capitalised(part) for part in text.split("/")):
                return [Writer(text)]
    return []


def _is_capitalised(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 4 and all(w[0].isupper() for w in words) and text[-1] not in ".!?"


def _related(facts: Facts) -> list[HtmlElement]:
    links = facts.index.relations.get("author", [])
    return [a for a in links if not is_inside(a, "aside") or is_inside(a, "address")]


def _to_authors(facts: Facts) -> list[HtmlElement]:
    links = facts.index.leading_to(_AUTHOR_PATH)
    return [a for a in links if not is_inside(a, "aside", "footer", "nav")]


def _first_group(links: list[HtmlElement]) -> list[HtmlElement]:
    """The links that stand together with the first one: those of other stories come later."""
    if not links:
        return []
    around = list(links[0].iterancestors())[:6]
    home = next(
        (a for a in reversed(around) if re.search("byline|author", a.get("class") or "")), None
    )
    if home is None:
        home = around[1] if len(around) > 1 else None
    return [a for a in links[:8] if home is None or home in list(a.iterancestors())[:7]]


def visible_bylines(facts: Facts) -> list[Byline]:
    """Texts of elements named after an author, with the texts of their links."""
    found: list[Byline] = []
    for element in facts.named_like(_BYLINE_CLASS, _BYLINE):
        if _NOT_BYLINE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        if is_elsewhere(element):
            continue
        text = spaced_text(element)
        if _PATH.search(text):
            continue
        if len(text) < _BYLINE_MIN and not canonical_agency(text):
            continue
        if len(text) <= _BYLINE_MAX and not _is_photo_credit(text):
            links = [text_of(a) for a in element.iter("a")]
            pieces = links if len(links) > 1 else element.itertext()
            found.append((text, [p for t in pieces if (p := t.strip())], len(links) > 1))
            if len(found) >= 4:
                break
    if not found:
        found = [(line, [line], False) for line in _led_lines(facts)]
    return found


def _led_lines(facts: Facts) -> list[str]:
    """The lines under the headline that open with "By" or its like."""
    lead = _lead()
    return [line for line in under_heading(facts) if lead.match(line)]


def _lead() -> re.Pattern[str]:
    return pattern("authors", "lead", r"^\W*(?:{})(?:\s*[:：]\s*|\s+)")


def _is_photo_credit(text: str) -> bool:
    return (
        pattern("authors", "photo", r"^\W*(?:{})\s*(?:[:/]|by\b|von\b|\b)").match(text) is not None
    )


def site_keys(facts: Facts, site_name: str | None) -> frozenset[str]:
    """The forms under which the site would sign: its name, its domain with and without suffix, the
    names of its accounts."""
    domain = registered_domain(facts.page.url)
    names = (site_name or "", domain, domain.split(".")[0], *_house_accounts(facts))
    return frozenset(folded(key_of(n)).replace(" ", "") for n in names if n)
