"""The lead image of a story, with the caption and the credit that the page prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.index import is_inside
from crawler.extraction.jsonld import Node, strings
from crawler.extraction.markup import text_of
from crawler.urls import without_credentials

_PLACEHOLDER = re.compile(r"logo|placeholder|default|favicon|blank\.|sprite", re.IGNORECASE)
_CREDIT = re.compile(
    r"[(\[]?\s*(?:(?:photo|image|picture|credit|foto|bild|crédit photo|fotografía|imagen|фото)"
    r"(?:\s*(?:by|credit|von|:|/))*\s*[:/]|©|\(c\)\s)\s*(?P<name>[^)\]\n]{2,90})[)\]]?\s*$",
    re.IGNORECASE,
)
_LETTERS = 3


def find_image(facts: Facts) -> tuple[str | None, str | None, str | None]:
    """(absolute URL, caption, credit) of the lead image; each None where it is not known."""
    image = facts.article.get("image")
    url = next((c.value for c in image_candidates(facts) if not _PLACEHOLDER.search(c.value)), None)
    node = image[0] if isinstance(image, list) and image else image
    caption, credit = _described(node) if isinstance(node, dict) else (None, None)
    if caption is None:
        caption = _printed_caption(facts)
    if caption and (match := _CREDIT.search(caption)):
        credit = credit or match["name"].strip()
        caption = caption[: match.start()].strip(" -–—|/")
    return url, _worded(caption), _worded(credit)


def _described(node: Node) -> tuple[str | None, str | None]:
    """Caption and credit of an ImageObject: who is credited, else who made it."""
    credits = (
        text
        for key in ("creditText", "creator", "copyrightNotice")
        for text in strings(node.get(key))
    )
    return next(iter(strings(node.get("caption"))), None), next(credits, None)


def _worded(text: str | None) -> str | None:
    """None where a text is hardly one: systems fill empty fields with a point."""
    return text if text and sum(char.isalpha() for char in text) >= _LETTERS else None


def _printed_caption(facts: Facts) -> str | None:
    for caption in facts.tree.iter("figcaption"):
        if is_inside(caption, "figure") and not is_inside(caption, "aside"):
            return text_of(caption)
    return None


def image_candidates(facts: Facts) -> Iterator[Candidate]:
    """Absolute URLs of pictures that the page calls its own, in the order of the rule."""
    yield from _absolute(facts, facts.named("og:image", "og:image:url", "twitter:image"))
    image = facts.article.get("image")
    for item in image if isinstance(image, list) else [image]:
        value = item.get("url") or item.get("contentUrl") if isinstance(item, dict) else item
        given = (Candidate(text, "json-ld:image") for text in strings(value))
        yield from _absolute(facts, given)
    yield from _absolute(facts, facts.named("parsely-image-url", "sailthru.image.full"))


def _absolute(facts: Facts, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    for candidate in candidates:
        try:
            joined = urljoin(facts.page.url, candidate.value)
        except ValueError:
            continue
        if joined.startswith(("http://", "https://")):
            yield Candidate(without_credentials(joined), candidate.origin)
