"""Who wrote the story: clean names of persons in the page's order, and the byline as printed.

Rule: the first source that gives a person: JSON-LD author, microdata, author metas, visible
byline; organisations only where no source gives a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.facts import Facts
from crawler.extraction.headline import key_of
from crawler.extraction.jsonld import strings, types_of
from crawler.extraction.markup import query, spaced_text, text_of
from crawler.extraction.nearby import under_heading
from crawler.extraction.words import agencies, pattern
from crawler.urls import registered_domain

AUTHOR_META = (
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author",
    "cxenseparse:author", "dc.creator", "dcterms.creator", "byl", "dcsext.author",
    "citation_author", "twitter:misc:written by", "article:author_name", "article:author:name",
    "authors", "rbauthors",
)  # fmt: skip
_REL_AUTHOR = query("//a[contains(concat(' ',@rel,' '),' author ')][not(ancestor::aside)]")
_AUTHOR_PATH = query(
    "//a[re:test(@href,"
    " '/(authors?|autor|autores|auteur|autore|autoren|profile|by|journalist)/[^/]+/?$', 'i')]"
    "[not(ancestor::aside or ancestor::footer or ancestor::nav)]"
)
_BYLINE = frozenset(
    ["span", "div", "p", "a", "address", "li", "ul", "strong", "em", "h4", "h5", "h6", "cite", "b"]
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|autor|autoren|auteur|autore|writer|reporter|"
    r"article-?author|author-?name|byname|contributor|journalist|redacteur|yazar|penulis)"
    r"(?:s|[_-](?:name|names|link|title|line|text|list|info))?(?:$|\s)|"
    r"[a-z](?:Byline|AuthorName|Author)(?:List|s)?(?:-item)?(?:$|\s|__)",
)
_NOT_BYLINE = re.compile(
    r"comment|bio|related|social|share|follow|image|avatar|photo|teaser|box-title", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{1,200}>")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}|(?<!\w)@\w+")
_LINK = re.compile(r"^(?:https?:)?//|^www\.|\.(?:com|org|net|html)\b", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\s*[(\[（【][^)\]）】]{0,80}[)\]）】]")
_DATE_TAIL = re.compile(r"[\s,|·•–-]*(?:\d{1,2}[./: ]|(?:19|20)\d\d|\bon\b).*\d.*$")
_PARTS = re.compile(r"\s*(?:[;|•·/]|\s[–—-]\s|、|，|،|\n)\s*")
_ROLE_WORDS_MAX = 5


# A visible byline: its text, and its parts: the links where it has several, else its pieces.
Byline = tuple[str, list[str], bool]


@dataclass(frozen=True, slots=True)
class Writer:
    """One name and whether the page, or its form, says that it is an organisation."""

    name: str
    organisation: bool = False


def find_authors(facts: Facts, site_name: str | None, bylines: list[Byline]) -> tuple[str, ...]:
    """The persons of the first source that has any, else the organisations of the first."""
    organisations: tuple[str, ...] = ()
    for source in _sources(facts, bylines):
        writers = _unique(
            w for raw in source for w in split_names(raw, _site_keys(facts, site_name))
        )
        persons = tuple(w.name for w in writers if not w.organisation)
        if persons:
            return persons
        organisations = organisations or tuple(w.name for w in writers)
    return organisations


def find_byline(facts: Facts, bylines: list[Byline]) -> str | None:
    """The visible byline as printed, white space collapsed."""
    for text, _, _ in bylines:
        return text
    return next((c.value for c in facts.named("byl")), None)


def _sources(facts: Facts, bylines: list[Byline]) -> Iterator[list[Writer]]:
    yield list(_linked(facts.article.get("author"), facts))
    yield [Writer(c.value) for c in facts.items("author")]
    for name in AUTHOR_META:
        yield [Writer(c.value) for c in facts.named(name)]
    yield list(_linked(facts.article.get("creator"), facts))
    yield _labelled(facts)
    yield [Writer(text_of(a)) for a in _first_group(_REL_AUTHOR(facts.tree))]
    for text, parts, linked in bylines:
        if not linked:
            yield [Writer(text)]
        yield [Writer(part) for part in parts]
    yield [Writer(text_of(a)) for a in _first_group(_AUTHOR_PATH(facts.tree))]
    yield [Writer(name) for name in facts.page.hints.authors]


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


def _labelled(facts: Facts) -> list[Writer]:
    """The card fields "Written by" (twitter:label1 names what twitter:data1 holds)."""
    for number in ("1", "2"):
        label = facts.markup.first(f"twitter:label{number}") or ""
        value = facts.markup.first(f"twitter:data{number}")
        if value and pattern("authors", "label", r"^(?:{})").search(label):
            return [Writer(value)]
    return []


def _first_group(links: list[HtmlElement]) -> list[HtmlElement]:
    """The links that stand together with the first one: those of other stories come later."""
    if not links:
        return []
    home = list(links[0].iterancestors())[1:2]
    return [a for a in links[:8] if not home or home[0] in list(a.iterancestors())[:3]]


def visible_bylines(facts: Facts) -> list[Byline]:
    """Texts of elements named after an author, with the texts of their links."""
    found: list[Byline] = []
    for element in facts.named_like(_BYLINE_CLASS, _BYLINE):
        if _NOT_BYLINE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        if next(element.iterancestors("figure"), None) is not None:
            continue
        text = spaced_text(element)
        if 4 <= len(text) <= 140:
            links = [text_of(a) for a in element.iter("a")]
            pieces = links if len(links) > 1 else element.itertext()
            found.append((text, [p for t in pieces if (p := t.strip())], len(links) > 1))
            if len(found) >= 4:
                break
    if not found:
        lead = pattern("authors", "lead", r"^\W*(?:{})(?:\s*:\s*|\s+)")
        found = [(line, [line], False) for line in under_heading(facts) if lead.match(line)]
    return found


def split_names(raw: Writer, sites: frozenset[str] = frozenset()) -> Iterator[Writer]:
    """The clean names in one byline: ``By A. Reporter and B. Writer, Chief`` gives two."""
    text = _TAG.sub(" ", unescape(unescape(raw.name))).replace("\u200b", "")
    text = " ".join(_MAIL.sub(" ", _PARENTHESIS.sub(" ", text)).split())
    if not text or _LINK.search(text) or len(text) > 300:
        return
    if raw.organisation:
        yield Writer(text, True)
        return
    text = _without_lead(text)
    text = pattern("authors", "tail", r"\s*(?:{})\s*:?.*$").sub("", text)
    site_seen = False
    for part in _parts(text):
        name = _clean(part)
        if name and key_of(name).replace(" ", "") in sites:
            site_seen = True
            continue
        # A single word after the site's name is its town, not a writer.
        if not name or (site_seen and " " not in name):
            continue
        organisation = _is_organisation(name)
        if organisation or _is_person(name):
            yield Writer(name, organisation)


def _without_lead(text: str) -> str:
    """Cut "By", "Von", "Por" and their like, twice where a byline doubles them."""
    lead = pattern("authors", "lead", r"^\W*(?:{})(?:\s*:\s*|\s+)")
    return lead.sub("", lead.sub("", text))


def _parts(text: str) -> Iterator[str]:
    joint = pattern("authors", "and", r"\s+(?:{})\s+|\s*&\s*")
    for chunk in _PARTS.split(text):
        pieces = [p for comma in chunk.split(",") for p in joint.split(comma)]
        yield from pieces


def _clean(part: str) -> str:
    part = _DATE_TAIL.sub("", part)
    part = pattern("authors", "role_before", r"^(?:{})\s+(?=[^\W\d_a-z])").sub("", part.strip())
    part = _without_lead(part)
    part = pattern("authors", "role_after", r"\s+(?:{})$").sub("", part)
    return part.strip(" .,:;|*-–—\"'“”„»«•·\u00a0")


def _site_keys(facts: Facts, site_name: str | None) -> frozenset[str]:
    """The forms under which the site would sign: its name, its domain with and without suffix."""
    domain = registered_domain(facts.page.url)
    names = (site_name or "", domain, domain.split(".")[0])
    return frozenset(key_of(n).replace(" ", "") for n in names if n)


@cache
def _agency_forms() -> frozenset[str]:
    return frozenset(key_of(f) for name, forms in agencies().items() for f in (name, *forms))


def _is_organisation(name: str) -> bool:
    key = key_of(name)
    return key in _agency_forms() or bool(
        pattern("authors", "organisation", r"(?:^|\b)(?:{})(?:\b|$)").search(name)
    )


def _is_person(name: str) -> bool:
    tokens = name.split()
    if not 1 <= len(tokens) <= _ROLE_WORDS_MAX or len(name) > 50 or re.search(r"\d", name):
        return False
    if pattern("authors", "role", r"(?:^|\b)(?:{})(?:\b|$)").search(name):
        return False
    if not any(char.isalpha() for char in name):
        return False
    capitals = sum(1 for t in tokens if not t[0].islower())
    return capitals * 2 >= len(tokens) and (len(tokens) > 1 or len(name) >= 2)


def _unique(writers: Iterable[Writer]) -> list[Writer]:
    seen: dict[str, Writer] = {}
    for writer in writers:
        seen.setdefault(key_of(writer.name), writer)
    return list(seen.values())
