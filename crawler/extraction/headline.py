"""The story's headline, without the site's name, a section prefix or a doubled form.

Rule: the heading that a title of the page bears out, JSON-LD headline, og:title, twitter:title,
microdata, title element. A candidate that a longer one completes (the first one ends in an
ellipsis or was cut) gives way to it. A heading that leads home is the site's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.markup import text_of
from crawler.extraction.words import pattern

_SEPARATOR = re.compile(
    r"\s+[|•·»«‹›–—:：-]+\s*(?<=[\s：])|\s*[|｜]\s*|\s+::\s+|\s+/\s+|_(?=[^_]*$)"
)
_ANY_SEPARATOR = re.compile(r"\s*(?:[_|｜»]+|[–—-]{1,2}|::)\s*")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_WORD = re.compile(r"\w+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){2,}")  # an address that a system put for a title
_MAX = 400
_SHORT = 6  # characters of a headline, in Chinese
_UNSHOWN = frozenset(["title", "meta", "a", "option"])
_LONG_ENOUGH = 10  # characters: shorter texts occur in others by chance
_UPPER_MAX, _LOWER_MAX = 8, 20  # headings that are looked at

Heading = tuple[HtmlElement, str]  # and its ``key_of``


def key_of(text: str) -> str:
    """What two spellings of one headline have in common."""
    return " ".join(_WORD.findall(text.casefold()))


def find_headline(facts: Facts, site_name: str | None) -> str | None:
    """The headline, or None where the page has none."""
    texts = (candidate.value for candidate in headline_candidates(facts, site_name))
    chosen = next(texts, None)
    if chosen is None or not _ELLIPSIS.search(chosen):
        return chosen
    return next((other for other in texts if _completes(chosen, other)), chosen)


def headline_candidates(facts: Facts, site_name: str | None) -> Iterator[Candidate]:
    """What could be the headline, cleaned, in the order of the rule."""
    for candidate in _candidates(facts):
        if text := clean_headline(candidate.value, site_name, facts):
            yield Candidate(text, candidate.origin)


def _candidates(facts: Facts) -> Iterator[Candidate]:
    heading, is_equal = story_heading(facts)
    shown = [Candidate(text_of(heading), str(heading.tag))] if heading is not None else []
    if heading is not None and (is_equal or heading.tag == "h1"):
        yield from shown
    yield from facts.linked("headline")
    yield from facts.named("og:title", "twitter:title")
    yield from facts.items("headline")
    yield from facts.linked("name", "alternativeHeadline")
    yield from facts.named("parsely-title", "sailthru.title", "dc.title", "title", "citation_title")
    hint = facts.page.hints.headline
    # A listing's word counts before a lone h1, which may be the site's name, only where the page's
    # title element bears it out.
    borne_out = hint and key_of(hint) and key_of(hint) in key_of(facts.markup.title or "")
    if hint and borne_out:
        yield Candidate(hint, "hint")
    yield from shown
    titles = [Candidate(facts.markup.title, "title")] if facts.markup.title else []
    if len(facts.markup.headings) == 1:
        heading = facts.markup.headings[0]
        # A heading that holds the title and a label ("subscribers only") gives way to the title.
        yield from (t for t in titles if key_of(heading).startswith(f"{key_of(t.value)} "))
        yield Candidate(heading, "h1")
    yield from _borne_out(facts)
    yield from titles
    if hint:
        yield Candidate(hint, "hint")
    # A page that calls itself by its site's name alone.
    yield from (Candidate(text, "h1") for text in facts.markup.headings[:1])
    lower = [text for h in facts.tree.iter("h2") if (text := text_of(h))]
    if len(lower) == 1 and not facts.markup.headings:
        yield Candidate(lower[0], "h2")


def _borne_out(facts: Facts) -> Iterator[Candidate]:
    element = titled_text(facts)
    if element is not None:
        yield Candidate(text_of(element), "title")


def titled_text(facts: Facts) -> HtmlElement | None:
    """The text of the page, in no heading, that the title element opens with.

    What follows there is the site, whose name nothing else may tell: ``Story-Site``.
    """
    title = " ".join((facts.markup.title or "").split())
    cuts = (title[: match.start()].strip() for match in _ANY_SEPARATOR.finditer(title))
    starts = {cut for cut in cuts if len(key_of(cut)) >= _SHORT}
    found: dict[str, HtmlElement] = {}
    for element in facts.elements if starts else ():
        if element.text and element.tag not in _UNSHOWN:
            text = " ".join(element.text.split())
            if text in starts:
                found.setdefault(text, element)
    return found[max(found, key=len)] if found else None


def story_heading(facts: Facts) -> tuple[HtmlElement | None, bool]:
    """The heading that a title of the page bears out, and whether it is all of that title.

    An h1, or an h2 or h3 where no h1 is: many blogs keep the h1 for the site.
    """
    titles = [c.value for c in facts.linked("headline")]
    titles += [c.value for c in facts.named("og:title", "twitter:title")]
    keys = [key for t in (*titles, facts.markup.title or "") if (key := key_of(t))]
    upper = _headings(facts, _UPPER_MAX, "h1")
    own = [heading for heading in upper if not _leads_up(heading[0], facts)]
    equal = next((element for element, key in own if key in keys), None)
    if equal is not None:
        return equal, True
    below = [h for h in _headings(facts, _LOWER_MAX, "h2", "h3") if len(h[1]) >= _LONG_ENOUGH]
    equal = next((element for element, key in below if key in keys), None)
    if equal is not None:
        return equal, True
    held = _first(own, lambda key: _is_in(keys, key))
    opening = _first(below, lambda key: any(title.startswith(key) for title in keys))
    # What every title ends with is the site's name, where a longer heading opens them.
    if held and opening and len(opening[1]) > len(held[1]) and _ends_all(keys, held[1]):
        held = None
    closing = _first(below, lambda key: any(title.endswith(key) for title in keys))
    chosen = held or opening or closing or _first(upper, lambda key: _is_in(keys, key))
    return (chosen[0], False) if chosen else (None, False)


def _headings(facts: Facts, most: int, *tags: str) -> list[Heading]:
    elements = islice(facts.tree.iter(*tags), most)
    return [(element, key) for element in elements if (key := key_of(text_of(element)))]


def _first(headings: list[Heading], agrees: Callable[[str], bool]) -> Heading | None:
    """The first that agrees; short texts occur in titles by chance."""
    return next((h for h in headings if len(h[1]) >= _LONG_ENOUGH and agrees(h[1])), None)


def _is_in(titles: list[str], key: str) -> bool:
    return any(key in title for title in titles)


def _ends_all(titles: list[str], key: str) -> bool:
    return all(title.endswith(key) for title in titles)


def _leads_up(heading: HtmlElement, facts: Facts) -> bool:
    """Whether a heading links to the home page or a page above this one: the site's name."""
    link = next(heading.iter("a"), None)
    if link is None:
        link = next(heading.iterancestors("a"), None)
    href = link.get("href") if link is not None else None
    if not href:
        return False
    try:
        target, page = urlsplit(urljoin(facts.page.url, href)), urlsplit(facts.page.url)
    except ValueError:
        return False
    above = target.path.rstrip("/") + "/"
    return target.netloc == page.netloc and page.path != above and page.path.startswith(above)


def clean_headline(text: str, site_name: str | None, facts: Facts) -> str:
    """Unescape, strip markup and invisible characters, cut the site's name off either end."""
    text = _MARKUP.sub("", unescape(text)).replace("\u00ad", "").replace("\u200b", "")
    text = " ".join(text.split())[:_MAX]
    names = {key_of(n) for n in (site_name, *_site_names(facts)) if n}
    outlet = pattern("headline", "outlet", r"\s*[_|｜–—-]+\s*[^\s_|｜–—-]{0,20}(?:{})$")
    while True:
        cut = outlet.sub("", _without_name(text, names))
        if cut == text or not cut:
            break
        text = cut
    half = len(text) // 2
    if len(text) > 20 and text[:half].strip() == text[half:].strip():
        text = text[:half].strip()
    return "" if key_of(text) in names or _SLUG.fullmatch(text) else text


def _site_names(facts: Facts) -> list[str]:
    host = facts.page.url.split("/")[2] if facts.page.url.count("/") >= 2 else ""
    host = host.removeprefix("www.")
    names = [v for v, _ in facts.markup.every("og:site_name", "application-name")]
    return [*names, host, host.split(".")[0], *host.split(".")[-2:-1]]


def _without_name(text: str, names: set[str]) -> str:
    for match in reversed(list(_SEPARATOR.finditer(text))):
        tail = key_of(text[match.end() :])
        if tail and _is_name(tail, names):
            return text[: match.start()].strip()
    for match in _SEPARATOR.finditer(text):
        head = key_of(text[: match.start()])
        if head and head in names:
            return text[match.end() :].strip()
    return text


def _is_name(tail: str, names: set[str]) -> bool:
    squeezed = tail.replace(" ", "")
    return (
        any(
            tail == name
            or squeezed == name.replace(" ", "")
            or (len(name) > 3 and name in tail.split())
            or (len(tail) > 4 and name.startswith(f"{tail} "))
            for name in names
        )
        and len(tail) < 45
    )


def _completes(short: str, long: str) -> bool:
    """Whether ``short``, which ends in an ellipsis, is ``long`` cut off."""
    stem = _ELLIPSIS.sub("", short).casefold()
    rest = long[len(stem) :]
    is_more = bool(rest) and not _ELLIPSIS.match(rest[:1] if rest[0] == "…" else rest[:3])
    return len(stem) > 15 and long.casefold().startswith(stem) and is_more
