"""Short texts that stand where readers look for date, byline and source, whatever their markup.

Small sites name nothing: the date is a line under the headline, the agency a line under the story.
Position and form stand in for the missing names here, and only where named markup gave nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.agency import agency_of_source_line
from crawler.extraction.facts import Facts
from crawler.extraction.markup import text_of

_INLINE = frozenset(["a", "b", "em", "i", "small", "span", "strong", "time", "abbr", "font", "br"])
_BLOCKS = frozenset(["p", "div", "span", "small", "em", "i", "cite", "li", "h2", "h3", "h4", "td"])
_ASIDE = frozenset(["aside", "nav", "footer", "figure", "figcaption", "form", "a"])
_LINE = 80  # characters of a date line, a byline or a source line
_STORY = 120  # a longer text is the story's first paragraph
_LOOK_AHEAD = 40  # elements after the headline


def under_heading(facts: Facts) -> Iterator[str]:
    """The short lines between the headline and the first paragraph, in order."""
    start = next((n for n, e in enumerate(facts.elements) if e.tag == "h1"), None)
    if start is None:
        return
    inside: set[HtmlElement] = set(facts.elements[start].iter("*"))
    for element in facts.elements[start + 1 : start + 1 + _LOOK_AHEAD]:
        if element in inside or not _is_line(element):
            continue
        inside.update(element.iter("*"))
        text = text_of(element)
        if len(text) > _STORY:
            return
        if 4 <= len(text) <= _LINE:
            yield text


def source_line(facts: Facts) -> str | None:
    """The agency of the page's one source line ("Source: Reuters"); None where several differ."""
    found = {
        agency
        for element in facts.elements
        if _is_line(element)
        and 0 < len(text := text_of(element)) <= _LINE
        and (agency := agency_of_source_line(text))
        and not any(a.tag in _ASIDE for a in element.iterancestors())
    }
    return found.pop() if len(found) == 1 else None


def _is_line(element: HtmlElement) -> bool:
    """Whether an element is one line: text, and nothing in it but inline markup."""
    if element.tag not in _BLOCKS:
        return False
    size = len(element)
    return size == 0 or (size <= 4 and _INLINE.issuperset([e.tag for e in element]))
