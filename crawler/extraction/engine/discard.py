"""What trafilatura drops by its name or state: the same elements as those its XPaths select.

``RAW_TREE_PRUNE_XPATH`` and ``REMOVE_COMMENTS_AND_LISTS_XPATH`` on the whole page;
``OVERALL_DISCARD_XPATH``, ``DISCARD_IMAGE_ELEMENTS`` and ``TEASER_DISCARD_XPATH`` in the story.
"""

from __future__ import annotations

from lxml.html import HtmlElement
from trafilatura.xpaths import (
    OVERALL_DISCARD_XPATH,
    RAW_TREE_PRUNE_XPATH,
    REMOVE_COMMENTS_AND_LISTS_XPATH,
)

from crawler.extraction.engine.cutting import cut
from crawler.extraction.engine.names import Meanings, first_of, tested
from crawler.extraction.query import query

# On the whole page.
_SCROLL, _APPENDED, _SHARE, _COMMENT, _COMMENT_LIST = 1, 2, 4, 8, 16
_scroll_id, _scroll_class, _appended_id, _appended_class = tested(RAW_TREE_PRUNE_XPATH[0])
_comment_id, _comment_class, _list_id, _list_class = tested(REMOVE_COMMENTS_AND_LISTS_XPATH[0])
_PAGE_CLASS = Meanings(
    {
        _SCROLL: _scroll_class,
        _APPENDED: _appended_class,
        _SHARE: "elementor-share-buttons",
        _COMMENT: _comment_class,
        _COMMENT_LIST: _list_class,
    }
)
_PAGE_ID = Meanings(
    {
        _SCROLL: _scroll_id,
        _APPENDED: _appended_id,
        _COMMENT: _comment_id,
        _COMMENT_LIST: _list_id,
    }
)
_APPENDABLE = frozenset(("div", "section", "aside"))
_COMMENTABLE = ("div", "list", "section", "details", "ol", "ul")

# In the story.
_UNWANTED, _COOKIE, _HIDDEN, _REPLY, _UNSEEN_ID, _CAPTION, _TEASER = 1, 2, 4, 8, 16, 32, 64
_cookie, _unwanted_id, _unwanted_class = tested(OVERALL_DISCARD_XPATH[0])
_unseen, _hidden_id, _hidden_class = tested(OVERALL_DISCARD_XPATH[1])
_BY_EITHER = {_COOKIE: _cookie, _REPLY: r"\Areply-", _CAPTION: "caption", _TEASER: "[tT]easer"}
_CLASS = Meanings({_UNWANTED: _unwanted_class, _HIDDEN: _hidden_class, **_BY_EITHER})
_ID = Meanings({_UNWANTED: _unwanted_id, _HIDDEN: _hidden_id, _UNSEEN_ID: _unseen, **_BY_EITHER})
_BOXES = frozenset(("div", "item", "list", "p", "section", "span"))
# By the attribute's axis, which costs libxml2 a third of a predicate on every element.
_STATED = [
    query(f".//*/@{name}/..")
    for name in ("role", "style", "aria-hidden", "data-component", "data-lp-replacement-content")
]


def drop_from_page(tree: HtmlElement) -> None:
    """Cut appended stories, share buttons and comments; what follows them stays."""
    boxes = tree.iter("aside", *_COMMENTABLE)
    named = [e for e in boxes if _PAGE_CLASS[e.get("class")] or _PAGE_ID[e.get("id")]]
    if parts := [e for e in named if _is_no_part(e)]:
        cut(tree, parts)


def _is_no_part(element: HtmlElement) -> bool:
    said = _PAGE_CLASS[element.get("class")] | _PAGE_ID[element.get("id")]
    tag = element.tag
    if tag in _APPENDABLE:
        if said & _SHARE and "elementor-share-buttons" in element.get("class", ""):
            return True
        if said & _SCROLL and (said & _APPENDED or element.find(".//h1") is None):
            return True
    if tag == "aside":
        return False
    return bool(said & (_COMMENT_LIST if tag in ("ol", "ul") else _COMMENT))


def drop_from_story(tree: HtmlElement, keep_teasers: bool) -> None:
    """Cut what is no story by its name, unless that is most of the text; then captions, teasers."""
    unwanted, small = _look(tree, _CAPTION if keep_teasers else _CAPTION | _TEASER)
    outer = [e for e in unwanted if not any(above in unwanted for above in e.iterancestors())]
    if outer:
        size = len(tree.text_content())
        if size - sum(len(e.text_content()) for e in outer) > size / 7:
            cut(tree, outer)
    if small:
        cut(tree, small)


def _look(tree: HtmlElement, small: int) -> tuple[dict[HtmlElement, None], list[HtmlElement]]:
    """The unwanted elements, and those that mean ``small``."""
    unwanted: dict[HtmlElement, None] = {}
    little = []
    for element in tree.iterdescendants("*"):
        said = _CLASS[element.get("class")] | _ID[element.get("id")]
        if not said:
            continue
        boxed = element.tag in _BOXES
        if said & _HIDDEN or (boxed and said & _UNWANTED) or _is_named_first(element, said, boxed):
            unwanted[element] = None
        if boxed and said & small:
            little.append(element)
    for stated in _STATED:
        unwanted.update((e, None) for e in stated(tree) if _is_unseen(e))
    return unwanted, little


def _is_named_first(element: HtmlElement, said: int, boxed: bool) -> bool:
    """What only the first of an element's names may say."""
    if boxed and said & _COOKIE and _cookie in first_of(element, "id", "class"):
        return True
    if said & _REPLY and first_of(element, "id", "class").startswith("reply-"):
        return True
    return bool(said & _UNSEEN_ID) and _unseen in first_of(element, "id", "style")


def _is_unseen(element: HtmlElement) -> bool:
    """Whether role, style or data attributes say that it is no story, or not shown."""
    style = element.get("style", "")
    if style and ("display:none" in style or "display: none" in style):
        return True
    if "hidden" in style and _unseen in first_of(element, "id", "style"):
        return True
    if element.get("aria-hidden") == "true":
        return True
    return element.tag in _BOXES and (
        element.get("data-lp-replacement-content") is not None
        or "nav" in element.get("role", "").replace("N", "n")
        or "MostPopularStories" in element.get("data-component", "")
    )
