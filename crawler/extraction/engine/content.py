"""The story's elements: trafilatura's ``extract_content`` over our own search for its place.

What an element becomes is decided by its own ``handle_textelem``; which elements come to it, by the
rules of its ``_extract`` and ``recover_wild_text``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from lxml.etree import Element, _Element, strip_elements, strip_tags
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import process_node
from trafilatura.main_extractor import (
    NOT_AT_THE_END,
    REBUILT_BLOCKS,
    handle_textelem,
)
from trafilatura.settings import (
    DEDUPE_SCAN_CAP,
    INLINE_FORMATTABLE,
    MIN_DUPLICATE_LENGTH,
    TAG_CATALOG,
    Extractor,
)
from trafilatura.utils import SPACING_PROTECTED, text_chars_test, trim
from trafilatura.xml import delete_element

from crawler.extraction.contents import content_of
from crawler.extraction.engine.cutting import LARGE, unwrap
from crawler.extraction.engine.density import drop_link_farms
from crawler.extraction.engine.discard import drop_from_story
from crawler.extraction.engine.frames import frames
from crawler.extraction.query import query

_TABLES = ("table", "td", "th", "tr")
_WILD = query(".//code|.//p|.//quote|.//table|.//div[contains(@class, 'w3-code')]")
_WILD_FOR_RECALL = query(".//code|.//p|.//quote|.//table|.//div|.//lb|.//list")
# All others but div become nothing.
_HANDLED = frozenset(("list", "code", "quote", "head", "p", "lb", "hi", "ref", "del", "table"))


@dataclass(frozen=True, slots=True)
class Content:
    """The elements of the story and their text."""

    body: _Element
    text: str


def find_content(
    tree: HtmlElement, again: Callable[[], HtmlElement], options: Extractor
) -> Content:
    """The story in a simplified tree, which is used up; ``again`` makes another such tree."""
    order = list(tree.iter())
    body = Element("body")
    wanted = {*TAG_CATALOG, *_TABLES}
    for frame in frames(tree):
        _prune(frame, options.focus == "recall", len(order))
        if len(frame) == 0:
            continue
        if _is_poor(tree, options.min_extracted_size * 3):
            wanted.add("div")
        if _take(frame, body, wanted, options):
            break
    text = _text_of(body)
    if len(body) == 0 or len(text) < options.min_extracted_size:
        spare = again()
        consumed = {
            twin for element, twin in zip(order, spare.iter(), strict=True) if element.tag == "done"
        }
        _prune(spare, True, len(order))
        _recover(spare, body, wanted, consumed, options)
        text = _text_of(body)
    _drop_repeated(body)
    _tidy(body)
    return Content(body, text)


def _trimmed(element: _Element) -> str:
    """An element's text without white space around it, and with single spaces in it."""
    return " ".join(content_of(element).split())


def _text_of(body: _Element) -> str:
    return " ".join(cast(Iterator[str], body.itertext())).strip()


def _prune(tree: HtmlElement, keep_teasers: bool, size: int) -> None:
    """Cut what is no story; ``size`` is how many elements the page has."""
    drop_from_story(tree, keep_teasers)
    drop_link_farms(tree)
    if size > LARGE:
        unwrap(tree, "span", "ref")
    else:
        strip_tags(tree, "span", "ref")


def _is_poor(tree: HtmlElement, least: int) -> bool:
    """Whether the page's paragraphs hold fewer characters than that."""
    size = 0
    for paragraph in tree.iter("p"):
        if next(paragraph.iterancestors("p"), None) is None:
            size += len(content_of(paragraph))
            if size >= least:
                return False
    return True


def _take(frame: HtmlElement, body: _Element, wanted: set[str], options: Extractor) -> bool:
    """Move what is story from a frame to the body; whether the body now holds a story."""
    elements = _parts(frame, wanted)
    lead, start = None, len(body)
    if elements != [frame] and text_chars_test(frame.text):
        lead = Element("p")
        lead.text = frame.text
        lead = process_node(lead, options)
    for element in elements:
        _convert(element, body, wanted, options)
    # lxml counts all children to say how many there are: not once for each that is cut.
    while (last := next(body.iterchildren(reversed=True), None)) is not None:
        if last.tag not in NOT_AT_THE_END:
            break
        delete_element(last, keep_tail=False)
    if sum(element.tag != "graphic" for element in body) < 2:
        return False
    if lead is not None:
        body.insert(start, lead)
    return True


def _parts(frame: HtmlElement, wanted: set[str]) -> list[HtmlElement]:
    """What is looked at: all in the frame, or the frame where it holds only a run of text."""
    elements = list(frame.iterdescendants("*"))
    tags = {element.tag for element in elements}
    is_run = frame.tag == "div" and "div" in wanted and tags <= {*INLINE_FORMATTABLE, "lb"}
    return [frame] if tags == {"lb"} or is_run else elements


def _convert(element: HtmlElement, body: _Element, wanted: set[str], options: Extractor) -> None:
    tag, tail = element.tag, element.tail
    if tag not in _HANDLED and (
        tag != "div" or ("div" not in wanted and "w3-code" not in element.get("class", ""))
    ):
        return
    # Moved there with an element around it.
    if element.getroottree().getroot() is body:
        return
    made = handle_textelem(element, wanted, options)
    if made is not None:
        body.append(made)
        # A copy leaves its source behind for a later, wider frame.
        if element.getroottree().getroot() is not body:
            element.tag = "done"
    if tag in REBUILT_BLOCKS and text_chars_test(tail) and (made is None or made.tail is None):
        behind = Element("p")
        behind.text = tail
        if process_node(behind, options) is not None:
            body.append(behind)


def _recover(
    tree: HtmlElement,
    body: _Element,
    wanted: set[str],
    consumed: set[HtmlElement],
    options: Extractor,
) -> None:
    """Add paragraphs, quotes and tables from anywhere, which the body does not hold yet."""
    wild = _WILD
    if options.focus == "recall":
        wild, wanted = _WILD_FOR_RECALL, wanted | {"div", "lb"}
    held = _Held([_trimmed(element) for element in body])
    handled: set[_Element] = set()
    for element in wild(tree):
        if element in consumed or any(above in handled for above in element.iterancestors()):
            continue
        made = handle_textelem(element, wanted, options)
        if made is None:
            continue
        if made is element:
            handled.add(element)
        if held.takes(_trimmed(made), made.tail):
            body.append(made)


class _Held:
    """The texts of a body, which takes none twice."""

    def __init__(self, texts: list[str]) -> None:
        self._each = set(texts)
        # A line each: no text is found across two of them.
        self._all = "\n".join(filter(None, texts))

    def takes(self, text: str, tail: str | None) -> bool:
        """Whether a text is new; it then is held too."""
        is_searched = len(self._all) <= DEDUPE_SCAN_CAP
        # A copy with its tail is a piece of a run of text: looked for however short.
        piece = trim(text + (tail or "")) if text_chars_test(tail) else ""
        if text and (text in self._each or (is_searched and self._is_inside(text, piece))):
            return False
        if is_searched:
            self._all += "\n" + (piece or text)
        self._each.add(text)
        return True

    def _is_inside(self, text: str, piece: str) -> bool:
        if len(text) > MIN_DUPLICATE_LENGTH and text in self._all:
            return True
        return bool(piece) and piece in self._all


def _drop_repeated(body: _Element) -> None:
    previous = None
    for element in list(body):
        text = _trimmed(element)
        if text and text == previous and len(text) > MIN_DUPLICATE_LENGTH:
            delete_element(element, keep_tail=False)
        else:
            previous = text


def _tidy(body: _Element) -> None:
    strip_elements(body, "done")
    strip_tags(body, "div")
    for linebreak in body.iter("lb"):
        if (
            linebreak.tail
            and not text_chars_test(linebreak.tail)
            and not any(above.tag in SPACING_PROTECTED for above in linebreak.iterancestors())
        ):
            linebreak.tail = None
