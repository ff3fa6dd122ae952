"""The story as the page's own data has it: the articleBody of its JSON-LD."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree
from lxml.html import fragment_fromstring

from crawler.extraction.facts import Facts
from crawler.extraction.jsonld import strings

_HTML = re.compile(r"</?(?:p|br|div|a|strong|em|h\d)\b|&lt;p")
_SHORT = 200
_LONG = 1_000_000


def article_body(facts: Facts) -> list[str]:
    """The paragraphs of the JSON-LD articleBody; one where it has no breaks, none where short."""
    value = facts.article.get("articleBody") or facts.article.get("text")
    if isinstance(value, list):
        value = "\n".join(strings(value))
    if not isinstance(value, str) or not _SHORT <= len(value) <= _LONG:
        return []
    return paragraphs_of(value)


def paragraphs_of(value: str) -> list[str]:
    """The lines of a text that may be HTML, and escaped several times over."""
    for _ in range(3):
        value = unescape(value)
    if _HTML.search(value):
        value = _stripped(value)
    return [" ".join(line.split()) for line in re.split(r"[\r\n]+", value) if line.strip()]


def _stripped(value: str) -> str:
    value = re.sub(r"(?i)<br\s*/?>|</(?:p|div|h\d|li)>", "\n", value)
    try:
        return str(fragment_fromstring(value, create_parent="div").text_content())
    except (etree.LxmlError, ValueError):
        return re.sub(r"<[^<>]{1,500}>", " ", value)
