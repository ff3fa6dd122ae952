"""Where the story could stand: what trafilatura's ``BODY_XPATH`` selects, in its order."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement
from trafilatura.xpaths import BODY_XPATH

from crawler.extraction.engine.names import Meanings, tested

_BODY, _STORY, _CONTENT, _MAIN = 1, 2, 4, 8
_body_id, _body_class = tested(BODY_XPATH[0])
_story_id, _full_class, _story_class = tested(BODY_XPATH[2])
_content_id, _content_class = tested(BODY_XPATH[3])
_FRAME_CLASS = Meanings(
    {
        _BODY: rf"\A(?:post|entry)\Z|{_body_class}",
        _STORY: r"\A(?:postarea|art-postcontent|text|cell|story)\Z"
        rf"|(?i:{_full_class})|{_story_class}",
        _CONTENT: rf"\Acontent\Z|{_content_class}|[mM]ain-[cC]ontent|[pP]age-[cC]ontent",
        _MAIN: r"\Amain",
    }
)
_FRAME_ID = Meanings(
    {
        _BODY: rf"\AarticleContent\Z|{_body_id}",
        _STORY: rf"\A(?:article|story)\Z|{_story_id}",
        _CONTENT: rf"\Acontent\Z|{_content_id}|[mM]ain-[cC]ontent",
        _MAIN: r"\Amain",
    }
)
_FRAMES = ("article", "div", "main", "section")


def frames(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The first element of each of the five rules; each is looked for when it is asked for."""
    for meaning in (_BODY, None, _STORY, _CONTENT, _MAIN):
        tags = ("article",) if meaning is None else _FRAMES
        found = next((e for e in tree.iterdescendants(*tags) if _means(e, meaning)), None)
        if found is not None:
            yield found


def _means(element: HtmlElement, meaning: int | None) -> bool:
    if meaning is None:
        return True
    if meaning == _MAIN and element.tag == "main":
        return True
    if (_FRAME_CLASS[element.get("class")] | _FRAME_ID[element.get("id")]) & meaning:
        return True
    role: str = element.get("role", "")
    if meaning == _BODY:
        return bool(element.get("itemprop") == "articleBody")
    return role == "article" if meaning == _STORY else meaning == _MAIN and role.startswith("main")
