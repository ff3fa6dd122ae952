"""The language of the text, detected, with the page's own word as the fallback."""

from __future__ import annotations

import re

from crawler.extraction.detection import detector
from crawler.extraction.facts import Facts

_SAMPLE = 1000  # characters; of 451 texts none changes its language against 2,000
_TAG = re.compile(r"^[a-z]{2,3}(?:[-_][A-Za-z]{2,4})*$", re.IGNORECASE)
_ENOUGH = 60  # letters below which detection is a guess


def find_language(text: str | None, facts: Facts) -> tuple[str | None, float | None]:
    """(BCP 47 language, probability); probability None where only the page's word is known."""
    declared = next(iter(declared_languages(facts)), None)
    sample = (text or "")[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _ENOUGH:
        return declared, None
    language, probability = detector().detect(sample)
    confidence = round(probability, 3)
    if declared and declared != language and confidence < 0.9:
        return declared, None
    return language, confidence


def declared_languages(facts: Facts) -> list[str]:
    """The languages that the page, then its listing, say it is in: primary subtags."""
    values = [facts.markup.language, *(c.value for c in facts.linked("inLanguage"))]
    values += [facts.markup.first("og:locale", "content-language", "dc.language", "language")]
    values += [facts.page.hints.language]
    return [
        re.split(r"[-_]", value.strip())[0].lower()
        for value in values
        if value and _TAG.match(value.strip())
    ]
