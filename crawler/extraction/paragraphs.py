"""Paragraphs for text that stands bare: ``one<br><br>two`` in a container becomes two ``p``.

Old pages and some blog systems part paragraphs by empty lines. Engines lose the first of them, and
a line that is no element has no place, class or neighbour that could tell what it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.contents import content_of

_CONTAINERS = ("div", "td", "section", "article", "center")
_INLINE = frozenset(
    ("a", "abbr", "b", "br", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span",
     "strong", "sub", "sup", "time", "u")
)  # fmt: skip


def make_paragraphs(tree: HtmlElement) -> None:
    """Wrap the bare text of every container that parts it by two line breaks at once."""
    breaks = [br for br in tree.iter("br") if _is_gap(br)]
    containers = dict.fromkeys(br.getparent() for br in breaks)
    gaps = {*breaks, *(br.getnext() for br in breaks)}
    for container in containers:
        if container is not None and container.tag in _CONTAINERS:
            _wrap(container, gaps)


def _is_gap(br: HtmlElement) -> bool:
    """Whether the next thing is a line break too."""
    following = br.getnext()
    return following is not None and following.tag == "br" and not (br.tail or "").strip()


def _wrap(container: HtmlElement, gaps: set[HtmlElement]) -> None:
    first = container.makeelement("p")
    first.text, container.text = container.text, None
    paragraph: HtmlElement | None = first
    container.insert(0, first)
    for child in list(container)[1:]:
        if child in gaps or child.tag not in _INLINE:
            paragraph = _after(child) if (child.tail or "").strip() else None
        elif paragraph is None:
            paragraph = child.makeelement("p")
            child.addprevious(paragraph)
            paragraph.append(child)
        else:
            paragraph.append(child)
    for made in _empty(container):
        made.drop_tag()


def _after(child: HtmlElement) -> HtmlElement:
    """A paragraph that takes the text behind an element."""
    paragraph: HtmlElement = child.makeelement("p")
    paragraph.text, child.tail = child.tail, None
    child.addnext(paragraph)
    return paragraph


def _empty(container: HtmlElement) -> Iterator[HtmlElement]:
    return (
        p for p in list(container) if p.tag == "p" and not p.attrib and not content_of(p).strip()
    )
