"""Values that a page sets beside a label: ``Author  Ada Writer``, ``Date: 5 March 2024``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.facts import Facts
from crawler.extraction.markup import spaced_text, text_of
from crawler.extraction.words import pattern

_LABELS_MAX = 60
_LABEL_LENGTH = 40
_VALUE = range(4, 141)  # characters
_LINE = 80  # characters of a line that is a label and its value
_LINE_TAGS = frozenset(["p", "div", "span", "li", "td", "small", "em", "b", "font"])
_COLON = re.compile("[:：]")


def beside_label(facts: Facts, section: str) -> str | None:
    """The text beside the first element that says no more than a label of this word list.

    ``section`` is the part of words.toml whose ``visible_label`` is meant: authors or dates.
    """
    label = pattern(section, "visible_label", r"^\W*(?:{})\W*$")
    for element in islice(_short_elements(facts), _LABELS_MAX):
        if len(element.text or "") > _LABEL_LENGTH or not label.match(text_of(element)):
            continue
        value = element.tail or ""
        following = element.getnext()
        if not value.strip() and following is not None and element.tag in ("dt", "th"):
            value = spaced_text(following)
        value = " ".join(value.split())
        if len(value) in _VALUE:
            return value
    return None


def _short_elements(facts: Facts) -> Iterator[HtmlElement]:
    for element in facts.tree.iter("strong", "b", "dt", "th", "label"):
        if len(element) == 0 or element.tag in ("dt", "th"):
            yield element


def after_label(facts: Facts, section: str) -> str | None:
    """The rest of the first short line that opens with a label and a colon."""
    label = pattern(section, "visible_label", r"^\W*(?:{})\s*[:：]\s*")
    for element in facts.elements:
        if element.tag in _LINE_TAGS and _COLON.search((element.text or "")[:_LABEL_LENGTH]):
            text = spaced_text(element)
            if len(text) <= _LINE and (match := label.match(text)):
                return text[match.end() :]
    return None
