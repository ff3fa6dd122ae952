"""The order of the steps, and failures as values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, replace

from lxml import etree

from crawler.extraction.agency import Wire, find_agency
from crawler.extraction.authors import find_authors, find_byline, visible_bylines
from crawler.extraction.canonical import (
    find_canonical,
    find_license,
    find_next_page,
    find_site_name,
)
from crawler.extraction.categories import find_categories
from crawler.extraction.choose import candidates, choose
from crawler.extraction.dates import find_dates
from crawler.extraction.declared import with_declared
from crawler.extraction.decode import decode, parse
from crawler.extraction.evidence import gather, gather_text, mark_declared
from crawler.extraction.facts import Candidate, Facts, read_facts
from crawler.extraction.headline import clean_headline, find_headline, key_of
from crawler.extraction.images import find_image
from crawler.extraction.kind import judge, measure_page, story_kind
from crawler.extraction.language import find_language
from crawler.extraction.lines import (
    PageLines,
    Trace,
    keep_story,
    keys,
    link_texts,
    standfirsts,
)
from crawler.extraction.liveblog import find_updates
from crawler.extraction.nearby import source_line
from crawler.extraction.overrides import drop_elements, override_values
from crawler.extraction.quality import count_words, score_text
from crawler.extraction.record import Extraction, Page
from crawler.extraction.reservations import find_reservations
from crawler.extraction.tags import find_tags
from crawler.extraction.text import find_lines
from crawler.urls import canonicalize, without_credentials

_NOT_HTML = re.compile(
    r"^\s*(?:image/|audio/|video/|font/|application/(?:pdf|zip|octet-stream|(?:ld\+)?json|javascript))",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_UNENCODABLE = re.compile(r"[\x00\ud800-\udfff]")


def extract(page: Page) -> Extraction:
    """Read one page. A bad page gives an ``Extraction`` whose ``error`` says why; none raises."""
    failed = Extraction(canonical_url=canonicalize(page.url), kind="other", access="full")
    if not page.body or page.body.isspace():
        return replace(failed, error="empty body")
    if _NOT_HTML.match(page.content_type or "") or page.body.startswith(
        (b"%PDF", b"\x89PNG", b"PK\x03")
    ):
        return replace(failed, error=f"not HTML: {page.content_type or 'binary data'}")
    try:
        text, encoding = decode(page.body, page.content_type)
        if _is_binary(text):
            return replace(failed, error="not HTML: binary data")
        document = parse(text, encoding)
        if document is None:
            return replace(failed, error="no element in the page")
        if page.overrides:
            drop_elements(page.overrides, document.tree)
        return _extract(read_facts(page, document))
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
        etree.LxmlError,
    ) as error:
        return replace(failed, error=f"{type(error).__name__}: {str(error)[:200]}")


def _is_binary(text: str) -> bool:
    """Whether the start holds more characters than a few that no text has."""
    start = text[:4000]
    return len(_NO_TEXT.findall(start)) * 20 > len(start)


def _extract(facts: Facts) -> Extraction:
    page = facts.page
    own = override_values(page.overrides, facts.tree) if page.overrides else {}
    metadata = with_declared(facts, _metadata(facts), own) if own else _metadata(facts)
    # Both before the tree is cut.
    evidence = gather(facts, metadata) if page.evidence else None
    updates = find_updates(facts) if story_kind(facts) == "liveblog" else ()
    dropped: Trace = []
    lines, wire, quality = _story(facts, metadata, own.get("text"), dropped)
    measure = measure_page(facts, lines)
    verdict = judge(facts, lines, measure, metadata.published_date is not None)
    text = _UNENCODABLE.sub("", "\n\n".join(wire.lines)) or None
    if verdict.reason is not None:
        text = None
    language, confidence = find_language(text, facts)
    extraction = replace(
        metadata,
        kind=verdict.kind,
        access=verdict.access,
        text=text,
        agency=wire.agency if text else None,
        dateline=wire.dateline if text else None,
        language=language,
        language_confidence=confidence,
        word_count=count_words(text) if text else None,
        quality=quality if text else None,
        live_updates=updates,
        error=verdict.reason,
    )
    if evidence is None:
        return extraction
    evidence |= gather_text(facts, extraction, wire, dropped, verdict.sign)
    mark_declared(evidence, own)
    return replace(extraction, evidence=evidence)


def _metadata(facts: Facts) -> Extraction:
    """All fields but the text and what depends on it."""
    site = find_site_name(facts)
    headline = find_headline(facts, site)
    categories = find_categories(facts, headline)
    bylines = visible_bylines(facts)
    image_url, caption, credit = find_image(facts)
    description = _first(facts.named("og:description", "description", "twitter:description"))
    authors = find_authors(facts, site, bylines)
    writers = {key_of(name) for name in authors}  # blogs file a story under its author too
    categories = tuple(name for name in categories if key_of(name) not in writers)
    return Extraction(
        canonical_url=find_canonical(facts),
        next_page=find_next_page(facts),
        reservations=find_reservations(facts.markup, facts.page.agent),
        kind="article",
        access="full",
        site_name=site,
        headline=headline,
        description=description,
        authors=authors,
        byline=find_byline(facts, bylines),
        categories=categories,
        tags=find_tags(facts, categories, site),
        image_url=image_url,
        image_caption=caption,
        image_credit=credit,
        license=_license(facts),
        **asdict(find_dates(facts)),
    )


def _license(facts: Facts) -> str | None:
    return without_credentials(find_license(facts) or "") or None


def _first(candidates: Iterable[Candidate]) -> str | None:
    return next((c.value for c in candidates), None)


def _story(
    facts: Facts, metadata: Extraction, declared: list[str] | None, dropped: Trace
) -> tuple[list[str], Wire, float]:
    """The story's lines, what their source lines say, and their quality; cuts the tree."""
    page = _page_lines(facts, metadata)
    beside = source_line(facts)  # before the tree is cut
    found = find_lines(facts)
    before = found.lines if declared is None else declared
    wire = find_agency(before, [metadata.byline, *metadata.authors], [])
    lines, choice = wire.lines, None
    if declared is None:
        kept = keep_story(wire.lines, page, dropped)
        choice = choose(*candidates(found, wire.lines, kept, page, facts))
        lines = kept if found.replaced else choice.lines
        if not found.replaced:
            dropped[:] = [entry for entry in dropped if entry[0] not in choice.restored]
            dropped += choice.dropped
    rights = [c.value for c in facts.named("copyright", "dc.rights", "rights")]
    again = find_agency(lines, [], rights)
    said = next((w for w in (wire, again) if w.agency), again)
    story = Wire(said.agency, wire.dateline or again.dateline, again.lines, said.span, said.rule)
    if story.agency is None and beside:
        story = replace(story, agency=beside, span=beside, rule="source-line")
    return lines, story, score_text(again.lines, choice, found, facts)


def _page_lines(facts: Facts, metadata: Extraction) -> PageLines:
    titles = [metadata.headline, *facts.markup.headings, facts.markup.title]
    titles += [c.value for c in facts.named("og:title", "twitter:title")]
    titles += [c.value for c in facts.linked("headline", "alternativeHeadline")]
    titles += [clean_headline(t, metadata.site_name, facts) for t in dict.fromkeys(titles) if t]
    sections = [*metadata.categories, " ".join(metadata.categories)]
    return PageLines(
        titles=keys(titles),
        links=link_texts(facts.index.anchors) | keys([facts.page.url, metadata.canonical_url]),
        names=keys([*metadata.authors, metadata.byline, metadata.site_name]),
        asides=standfirsts(facts),
        sections=keys(sections),
    )
