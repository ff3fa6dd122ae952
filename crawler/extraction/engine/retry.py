"""Whether a short text is too short for its page, so that trafilatura tries again for recall."""

from __future__ import annotations

from collections.abc import Callable

from lxml.html import HtmlElement
from trafilatura.baseline import _BLOCK_ELEMS, _spaced_text
from trafilatura.core import ESCALATION_MAX_LENGTH, ESCALATION_PAGE_SHARE
from trafilatura.settings import BASIC_CLEAN_XPATH

from crawler.extraction.contents import content_of
from crawler.extraction.engine.cutting import cut
from crawler.extraction.engine.names import Meanings, first_of, tested

_FOOTER, _CONSENT = 1, 2
_consent_class, _consent_id = tested(BASIC_CLEAN_XPATH)
_CLASS = Meanings({_FOOTER: "footer", _CONSENT: f"(?i:{_consent_class})"})
_ID = Meanings({_FOOTER: "footer", _CONSENT: f"(?i:{_consent_id})"})
_NEVER = frozenset(
    ("aside", "fencedframe", "footer", "script", "style", "svg", "template")
)  # fmt: skip


def is_too_little(text: str, tree: HtmlElement, pruned: Callable[[], HtmlElement]) -> bool:
    """Whether the text is short, and a small share of the page's as ``pruned`` gives it."""
    if not 0 < len(text) < ESCALATION_MAX_LENGTH:
        return False
    # A block adds at most a space on each side: most pages need no exact count.
    spaces = 2 * sum(1 for _ in tree.iter(*_BLOCK_ELEMS))
    whole = content_of(tree)
    if len(text) >= ESCALATION_PAGE_SHARE * (len(whole) + spaces):
        return False
    if len(text) >= ESCALATION_PAGE_SHARE * (len(" ".join(whole.split())) + spaces):
        return False
    return len(text) < ESCALATION_PAGE_SHARE * _page_size(pruned())


def _page_size(tree: HtmlElement) -> int:
    """``len(html2txt(tree))``; uses the tree up."""
    body = tree.find(".//body")
    if body is None:
        body = tree
    cut(body, [e for e in body.iterdescendants("*") if _is_chrome(e)])
    return len(_spaced_text(body))


def _is_chrome(element: HtmlElement) -> bool:
    if element.tag in _NEVER:
        return True
    said = _CLASS[element.get("class")] | _ID[element.get("id")]
    if said & _CONSENT:
        return True
    return (
        bool(said & _FOOTER)
        and element.tag == "div"
        and "footer" in first_of(element, "id", "class")
    )
