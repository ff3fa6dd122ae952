"""Short texts that stand where readers look for date, byline and source, whatever their markup.

Small sites name nothing: the date is a line under the headline, the agency a line under the story.
Position and form stand in for the missing names here, and only where named markup gave nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.agency import agency_of_source_line
from crawler.extraction.facts import Facts
from crawler.extraction.headline import key_of, story_heading, titled_text
from crawler.extraction.markup import spaced_text, text_of

_INLINE = frozenset(["a", "b", "em", "i", "small", "span", "strong", "time", "abbr", "font", "br"])
_BLOCKS = frozenset(
    ["p", "div", "span", "small", "b", "em", "i", "cite", "li", "h2", "h3", "h4", "h5", "h6", "td"]
)
_ASIDE = frozenset(["aside", "nav", "footer", "figure", "figcaption", "form", "a"])
_LINE = 80  # characters of a date line, a byline or a source line
_STORY = 120  # a longer text is the story's first paragraph
_LOOK_AHEAD = 40  # elements after the headline
_BEGUN = 25  # characters of a headline that tell it
_BEFORE, _AFTER = 25, 40  # elements around the headline that belong to the story's head


def under_heading(facts: Facts) -> Iterator[str]:
    """The short lines between the headline and the first paragraph, in order."""
    start = _heading_place(facts)
    if start is None:
        return
    inside: set[HtmlElement] = set(facts.elements[start].iter("*"))
    for element in facts.elements[start + 1 : start + 1 + _LOOK_AHEAD]:
        if element in inside or not _is_line(element):
            continue
        inside.update(element.iter("*"))
        text = spaced_text(element).replace(" ,", ",")
        if len(text) > _STORY:
            return
        if 4 <= len(text) <= _LINE:
            yield text


def head_of_story(facts: Facts) -> dict[HtmlElement, int]:
    """The elements around the headline, those behind it first; none where the page has none."""
    start = _heading_place(facts)
    if start is None:
        return {}
    behind = facts.elements[start : start + _AFTER]
    before = facts.elements[max(0, start - _BEFORE) : start]
    return {element: place for place, element in enumerate((*behind, *before))}


def _heading_place(facts: Facts) -> int | None:
    heading, _ = story_heading(facts)
    if heading is None:
        shown = [e for e in facts.tree.iter("h1") if text_of(e)]
        title = key_of(facts.markup.title or "")
        # With a label in it that no title has, such as "subscribers only".
        begun = (e for e in shown if len(k := key_of(text_of(e))) >= _BEGUN and k[:_BEGUN] in title)
        heading = next(begun, shown[0] if shown else titled_text(facts))
    return None if heading is None else facts.elements.index(heading)


def source_line(facts: Facts) -> str | None:
    """The agency of the page's one source line ("Source: Reuters"); None where several differ."""
    lines: dict[str, list[HtmlElement]] = {}
    for element in facts.tree.iter(*_BLOCKS):
        if _is_in_line(element) and 0 < len(text := text_of(element)) <= _LINE:
            lines.setdefault(text, []).append(element)
    # What an outlet repeats, such as "Share", is looked at once.
    found = {
        agency
        for text, elements in lines.items()
        if (agency := agency_of_source_line(text)) and not all(map(_is_aside, elements))
    }
    return found.pop() if len(found) == 1 else None


def _is_aside(element: HtmlElement) -> bool:
    return any(above.tag in _ASIDE for above in element.iterancestors())


def _is_line(element: HtmlElement) -> bool:
    """Whether an element is one line: text, and nothing in it but inline markup."""
    return element.tag in _BLOCKS and _is_in_line(element)


def _is_in_line(element: HtmlElement) -> bool:
    size = len(element)
    # Most fail by their first part.
    return size == 0 or (
        size <= 4 and element[0].tag in _INLINE and _INLINE.issuperset([e.tag for e in element])
    )
