"""Who wrote the story: clean names of persons in the page's order, and the byline as printed.

Rule: the first source that gives a person: JSON-LD author, microdata, author metas, a label
("Author: ..."), rel=author, visible byline, links to authors' pages, a signed first line, the
listing. Organisations, the outlet itself among them, only where no source gives a person.
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
from crawler.extraction.labels import beside_label
from crawler.extraction.markup import is_elsewhere, query, spaced_text, text_of
from crawler.extraction.nearby import under_heading
from crawler.extraction.words import agencies, pattern
from crawler.urls import registered_domain

AUTHOR_META = (
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author",
    "cxenseparse:author", "dc.creator", "dcterms.creator", "byl", "dcsext.author",
    "citation_author", "twitter:misc:written by", "article:author_name", "article:author:name",
    "authors", "rbauthors",
)  # fmt: skip
_REL_AUTHOR = query(
    "//a[contains(concat(' ',@rel,' '),' author ')][not(ancestor::aside) or ancestor::address]"
)
_AUTHOR_PATH = query(
    "//a[re:test(@href,"
    " '/(authors?|autor|autores|auteur|autore|autoren|profile|by|journalists?|reporters?|editors?"
    "|columnists?|contributors?)/[^/]+/?$', 'i')]"
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
    r"comment|bio|related|social|share|follow|image|avatar|photo|foto|credit|teaser|box-title|form",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{1,200}>")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}|(?<!\w)@\w+")
_LINK = re.compile(r"^(?:https?:)?//|^www\.|\.(?:com|org|net|html)\b", re.IGNORECASE)
_ADDRESS_BEHIND = re.compile(r"[(\[]\s*(?:https?://|www\.)[^)\]]*[)\]]\s*$")
_PARENTHESIS = re.compile(r"\s*[(\[（【][^)\]）】]{0,80}[)\]）】]")
_DATE_TAIL = re.compile(r"[\s,|·•–-]*(?:\d{1,2}[./: ]|(?:19|20)\d\d|\bon\b).*\d.*$")
# A site's own word before the byline: ``capital von Ada Writer``. Particles of names are no words.
_INNER_LEAD = re.compile(
    r"^(?!(?:de|da|di|du|van|von|el|al|la|le|ter|ten|bin|ibn|dos|des|del|af|av)\s)"
    r"[^\W\d_A-ZÄÖÜ]\w*\s+(?:von|by|par|por|door)\s+(?=[A-ZÄÖÜÉÈÁÍÓÚÑÇŠŽ])"
)
_PARTS = re.compile(r"\s*(?:[;|•·/]|\s[–—-]\s|、|，|،|\n)\s*")
_ROLE_WORDS_MAX = 5
_BYLINE_MAX = 140


# A visible byline: its text, and its parts: the links where it has several, else its pieces.
Byline = tuple[str, list[str], bool]
# One place where authors are named: what it is called in evidence, and what it says.
Source = tuple[str, "list[Writer]"]


@dataclass(frozen=True, slots=True)
class Writer:
    """One name and whether the page, or its form, says that it is an organisation."""

    name: str
    organisation: bool = False


def find_authors(facts: Facts, site_name: str | None, bylines: list[Byline]) -> tuple[str, ...]:
    """The persons of the first source that has any, else the organisations of the first.

    rel=author links that name these persons and more complete them.
    """
    outlet = _site_keys(facts, site_name)
    organisations: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    for origin, source in author_sources(facts, bylines):
        writers = named_writers(source, outlet)
        persons = tuple(w.name for w in writers if not w.organisation)
        if chosen and origin == "rel-author":
            return persons if _completes(chosen, persons) else chosen
        chosen = chosen or persons
        organisations = organisations or tuple(w.name for w in writers)
    return chosen or organisations


def _completes(some: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Whether ``more`` holds all of ``some`` and others: metadata that names the first alone."""
    keys = {key_of(name) for name in more}
    return len(more) > len(some) and all(key_of(name) in keys for name in some)


def named_writers(source: list[Writer], outlet: frozenset[str]) -> list[Writer]:
    """The clean names of one source, in its order, each once."""
    if turned := _turned(source):
        source = [turned]
    return _unique(w for raw in source for w in split_names(raw, outlet))


def _turned(source: list[Writer]) -> Writer | None:
    """``Writer, Ada``, as catalogues have it, in the usual order."""
    match = re.fullmatch(r"([^\W\d_]{2,}), ([^\W\d_]{2,})", source[0].name) if source else None
    if match is None or len(source) > 1 or source[0].organisation:
        return None
    turned = f"{match[2]} {match[1]}"
    return None if any(map(_is_organisation, match.groups())) else Writer(turned)


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
        yield f"meta:{name}", [Writer(c.value) for c in facts.named(name)]
    yield "json-ld:creator", list(_linked(facts.article.get("creator"), facts))
    yield "meta:twitter:label", _labelled(facts)
    yield "rel-author", [Writer(text_of(a)) for a in _first_group(_REL_AUTHOR(facts.tree))]
    labelled = beside_label(facts, "authors")
    yield "label", [Writer(labelled)] if labelled else []
    for text, parts, linked in bylines:
        if not linked:
            yield "byline", [Writer(text)]
        yield "byline", [Writer(part) for part in parts]
    yield "author-link", [Writer(text_of(a)) for a in _first_group(_AUTHOR_PATH(facts.tree))]
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


def _labelled(facts: Facts) -> list[Writer]:
    """The card fields "Written by" (twitter:label1 names what twitter:data1 holds)."""
    for number in ("1", "2"):
        label = facts.markup.first(f"twitter:label{number}") or ""
        value = facts.markup.first(f"twitter:data{number}")
        if value and pattern("authors", "label", r"^(?:{})").search(label):
            return [Writer(value)]
    return []


def _signed(facts: Facts) -> list[Writer]:
    """The name that a story without a byline opens with.

    Any short first line could be a subheading; that the summary, which systems cut from the start
    of the text, opens with the same words shows that it is set as a paragraph of its own.
    """
    for summary in facts.named("og:description", "description"):
        for element in facts.tree.iter("p"):
            text = text_of(element)
            if len(text) > _BYLINE_MAX:
                break
            if 5 <= len(text) <= 60 and key_of(summary.value).startswith(key_of(text)):
                words = re.split(r"[\s/]+", text)
                return (
                    [Writer(text)] if len(words) > 1 and all(w[0].isupper() for w in words) else []
                )
    return []


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
        if 4 <= len(text) <= _BYLINE_MAX and not _is_photo_credit(text):
            links = [text_of(a) for a in element.iter("a")]
            pieces = links if len(links) > 1 else element.itertext()
            found.append((text, [p for t in pieces if (p := t.strip())], len(links) > 1))
            if len(found) >= 4:
                break
    if not found:
        lead = pattern("authors", "lead", r"^\W*(?:{})(?:\s*:\s*|\s+)")
        found = [(line, [line], False) for line in under_heading(facts) if lead.match(line)]
    return found


def _is_photo_credit(text: str) -> bool:
    return (
        pattern("authors", "photo", r"^\W*(?:{})\s*(?:[:/]|by\b|von\b|\b)").match(text) is not None
    )


def split_names(raw: Writer, sites: frozenset[str] = frozenset()) -> Iterator[Writer]:
    """The clean names in one byline: ``By A. Reporter and B. Writer, Chief`` gives two."""
    text = _TAG.sub(" ", unescape(unescape(raw.name))).replace("\u200b", "")
    organisation = raw.organisation or _ADDRESS_BEHIND.search(text) is not None
    text = " ".join(_MAIL.sub(" ", _PARENTHESIS.sub(" ", text)).split())
    if not text or _LINK.search(text) or len(text) > 300:
        return
    if organisation:
        yield Writer(text, True)
        return
    text = _without_lead(text)
    text = pattern("authors", "tail", r"\s*(?:{})\s*:?.*$").sub("", text)
    site_seen = False
    for part in _parts(text):
        name = _clean(part)
        if name and key_of(name).replace(" ", "") in sites:
            site_seen = True
            yield Writer(name, True)
            continue
        # A single word after the site's name is its town, not a writer.
        if not name or (site_seen and " " not in name):
            continue
        known = _is_organisation(name)
        if known or _is_person(name):
            yield Writer(name, known)


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
    part = _without_lead(_INNER_LEAD.sub("", part))
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
    if ":" in name or pattern("authors", "role", r"(?:^|\b)(?:{})(?:\b|$)").search(name):
        return False
    if pattern("authors", "lead").match(name):
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
