"""What sort of page it is, how much of the story it showed, and whether it is a story at all.

Rules in order. Challenge, consent, soft 404 and script shells are short pages that say so. A home
page (no path), a page that calls itself a collection, or one of mostly links without a story's
metadata is a listing. What carries a story's metadata, or enough own text, is an article; section,
URL and JSON-LD type say which sort.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.contents import content_of
from crawler.extraction.facts import Facts
from crawler.extraction.jsonld import types_of
from crawler.extraction.words import pattern
from crawler.items import Access, Kind

_LISTING_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»」)\]]*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind and access, with the reason where the page gives no story.

    ``sign`` is what on the page says so: its words, or a property of it.
    """

    kind: Kind
    access: Access
    reason: str | None = None
    sign: str | None = None


@dataclass(frozen=True)
class Measure:
    """The page in numbers: characters of all text, of the story, and of the text in links.

    Of most pages only the story is asked for: the others are counted when they are.
    """

    root: HtmlElement
    story: int
    paragraphs: int

    @cached_property
    def page(self) -> int:
        return _letters(self.root)

    @cached_property
    def links(self) -> int:
        return sum(map(_letters, self.root.iter("a")))


def judge(facts: Facts, lines: list[str], measure: Measure, dated: bool) -> Verdict:
    """Kind and access of a page whose story lines are known."""
    wall = _wall(facts, measure)
    if wall:
        return wall
    if is_listing(facts, measure, dated):
        return Verdict("listing", "full", "listing page: no story of its own")
    kind = story_kind(facts)
    if not lines and facts.cut:
        return Verdict(kind, "truncated", "no text found in what is read of so large a page")
    if not lines:
        return Verdict(kind, "full", "no text found")
    access, sign = _access(facts, lines)
    return Verdict(kind, access, sign=sign)


def measure_page(facts: Facts, lines: list[str]) -> Measure:
    """What is left of the page when its story has been found, and these lines of it."""
    body = facts.tree.find("body")
    return Measure(
        root=body if body is not None else facts.tree,
        story=sum(map(len, lines)),
        paragraphs=sum(len(line) > 80 for line in lines),
    )


def _letters(element: HtmlElement) -> int:
    return len("".join(content_of(element).split()))


def _wall(facts: Facts, measure: Measure) -> Verdict | None:
    """Pages that stand in for the story. A story's own text is never one."""
    if measure.story > 1500:
        return None
    title = " ".join([facts.markup.title or "", *facts.markup.headings[:2]])
    text = title + " " + " ".join(content_of(facts.tree).split())[:4000]
    if said := _said("challenge", title) or (measure.page < 1200 and _said("challenge", text)):
        return Verdict("other", "challenge", "challenge page instead of the story", said)
    is_story = _is_story(facts)
    if not is_story and (said := _said("not_found", title)):
        return Verdict("other", "soft_404", "page says that it does not exist", said)
    little = measure.page < 4000 and measure.paragraphs < 3
    if little and not is_story and (said := _said("consent", text)):
        return Verdict("other", "consent_wall", "consent wall instead of the story", said)
    if measure.story < 200 and measure.page < 600 and not facts.cut:
        said = _said("javascript", text) or (measure.page < 60 and "hardly any text")
        if said:
            return Verdict("other", "javascript_shell", "page needs scripts to show its text", said)
    return None


def _said(key: str, text: str) -> str | None:
    """The words of this list that a text has."""
    match = pattern("kinds", key, r"(?:^|\b)(?:{})").search(text)
    return match.group(0) if match else None


def is_listing(facts: Facts, measure: Measure, dated: bool) -> bool:
    """Whether the page is a home, section, author or search page."""
    parts = urlsplit(facts.page.url)
    segments = [s for s in parts.path.split("/") if s]
    og_type = (facts.markup.first("og:type") or "").lower()
    is_story = _is_story(facts)
    if not segments and not parts.query:
        return not (is_story and _points_below(facts))
    if is_story:
        return False
    if facts.data.types & _LISTING_TYPES:
        return True
    if dated:
        return False
    strong = measure.story > 700 and measure.paragraphs >= 3
    dense = measure.links * 10 > measure.page * 6
    if og_type in ("website", "blog", "profile") and (dense or not strong):
        return True
    listed = pattern("kinds", "listing_path").match(segments[0] if segments else "")
    return (dense or listed is not None) and not strong


def _points_below(facts: Facts) -> bool:
    """Whether the page itself names an address below the home page: a story served at /."""
    named = [*facts.markup.links.get("canonical", []), facts.markup.first("og:url") or ""]
    return any(urlsplit(url).path.strip("/") for url in named)


def _is_story(facts: Facts) -> bool:
    """Whether metadata calls the page a story."""
    og_type = (facts.markup.first("og:type") or "").lower()
    if any(_ARTICLE_TYPE.search(t) for t in types_of(facts.article)):
        return True
    return og_type.endswith("article") or "articlebody" in facts.markup.microdata


def story_kind(facts: Facts) -> Kind:
    """Which sort of story, by JSON-LD type, then URL segments and section."""
    types = set(types_of(facts.article))
    if "LiveBlogPosting" in types or "LiveBlogPosting" in facts.data.types:
        return "liveblog"
    if "OpinionNewsArticle" in types:
        return "opinion"
    segments = [s.lower() for s in urlsplit(facts.page.url).path.split("/") if s][:-1]
    sections = [c.value for c in facts.linked("articleSection")][:1]
    sections += [c.value for c in facts.named("article:section")][:1]
    filed: tuple[Kind, ...] = ("opinion", "liveblog", "press_release")
    for kind in filed:
        if any(pattern("kinds", kind).match(s) for s in (*segments[:3], *sections)):
            return kind
    og_type = (facts.markup.first("og:type") or "").lower()
    if og_type.startswith("video") or (segments and pattern("kinds", "video").match(segments[0])):
        return "video"
    media: tuple[Kind, ...] = ("gallery", "audio")
    for kind in media:
        if segments and pattern("kinds", kind).match(segments[0]):
            return kind
    return "article"


def _access(facts: Facts, lines: list[str]) -> tuple[Access, str | None]:
    """Paywall where the page says so and shows a teaser; truncated where the text breaks off.

    With the sign of it.
    """
    size = sum(map(len, lines))
    if size < 2500 and (said := _said("paywall", _last_words(facts))):
        return "paywall", said
    if size < 1200 and (lock := _lock(facts)):
        return "paywall", lock
    if facts.cut:
        return "truncated", "larger than what is read of a page"
    if lines and size < 1500 and (end := _ELLIPSIS.search(lines[-1])):
        return "truncated", f"ends with {end.group(0)}"
    return "full", None


def _last_words(facts: Facts) -> str:
    return " ".join(content_of(facts.tree).split()[-1500:])


def _lock(facts: Facts) -> str | None:
    """The metadata that says that the story is not free."""
    free = facts.article.get("isAccessibleForFree")
    if str(free).strip().lower() in ("false", "no", "0"):
        return f"isAccessibleForFree: {free}"
    tier = (facts.markup.first("article:content_tier") or "").lower()
    return f"content_tier: {tier}" if tier in ("locked", "metered") else None
