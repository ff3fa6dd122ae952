"""The story's headline, without the site's name, a section prefix or a doubled form.

Rule: JSON-LD headline, then the h1 that agrees with the page's titles, og:title, twitter:title,
microdata, title element. A candidate that a longer one completes (the first one ends in an
ellipsis or was cut) gives way to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from crawler.extraction.facts import Candidate, Facts

_SEPARATOR = re.compile(r"\s+[|•·»«‹›–—:-]+\s+|\s*[|｜]\s*|\s+::\s+|\s+/\s+|_(?=[^_]*$)")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_WORD = re.compile(r"\w+")
_MAX = 400


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
    heading = agreeing_heading(facts)
    if heading:
        yield Candidate(heading, "h1")
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
    if len(facts.markup.headings) == 1:
        yield Candidate(facts.markup.headings[0], "h1")
    if facts.markup.title:
        yield Candidate(facts.markup.title, "title")
    if hint:
        yield Candidate(hint, "hint")


def agreeing_heading(facts: Facts) -> str | None:
    """The h1 that repeats in og:title, title or the JSON-LD headline."""
    titles = [c.value for c in facts.linked("headline")]
    titles += [c.value for c in facts.named("og:title", "twitter:title")]
    titles += [facts.markup.title or ""]
    keys = [key_of(t) for t in titles]
    for heading in facts.markup.headings[:6]:
        key = key_of(heading)
        if not key:
            continue
        # Short texts occur in others by chance; equal they may be.
        if key in keys or (len(key) >= 10 and any(key in other for other in keys)):
            return heading
    return None


def clean_headline(text: str, site_name: str | None, facts: Facts) -> str:
    """Unescape, strip markup and invisible characters, cut the site's name off either end."""
    text = _MARKUP.sub("", unescape(text)).replace("\u00ad", "").replace("\u200b", "")
    text = " ".join(text.split())[:_MAX]
    names = {key_of(n) for n in (site_name, *_site_names(facts)) if n}
    while True:
        cut = _without_name(text, names)
        if cut == text or not cut:
            break
        text = cut
    half = len(text) // 2
    if len(text) > 20 and text[:half].strip() == text[half:].strip():
        text = text[:half].strip()
    return "" if key_of(text) in names else text


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
            for name in names
        )
        and len(tail) < 40
    )


def _completes(short: str, long: str) -> bool:
    """Whether ``short``, which ends in an ellipsis, is ``long`` cut off."""
    stem = _ELLIPSIS.sub("", short).casefold()
    return len(stem) > 15 and long.casefold().startswith(stem) and len(long) > len(stem)
