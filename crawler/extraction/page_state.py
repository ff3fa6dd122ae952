"""The story in a page's script state: some sites render nothing but ``__NEXT_DATA__``.

Asked only where the page itself shows no text. The state holds everything of the page, so the
story is looked for as the heaviest one of: a string of HTML paragraphs, a list of text nodes.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from crawler.extraction.decode import Script
from crawler.extraction.structured import paragraphs_of

_MAX_NODES = 50_000
_MAX_DEPTH = 30
_TEXT_KEYS = ("text", "html", "content", "value", "body", "children")
_LONG = 60  # characters of a text that reads like a paragraph
_STORY = 300
_NOT_PROSE = re.compile(r"^(?:https?:|/|\{|\[|data:)|^[\w./:+=-]+$")


def state_lines(scripts: Iterable[Script]) -> list[str]:
    """The paragraphs of the heaviest story-like value; none where there is no such value."""
    best: list[str] = []
    for script in scripts:
        if "__NEXT_DATA__" not in script.attributes:
            continue
        try:
            state = json.loads(script.text)
        except (ValueError, RecursionError):
            continue
        best = max([best, *_stories(state)], key=_weight)
    return best if _weight(best) >= _STORY else []


def _weight(lines: list[str]) -> int:
    return sum(len(line) for line in lines if len(line) >= _LONG)


def _stories(state: Any) -> Iterator[list[str]]:
    """Every value that could be a story; JSON has no narrower type before it is looked at."""
    # By levels: a list of ten thousand teasers must not use up the nodes before the story.
    queue: deque[tuple[Any, int]] = deque([(state, 0)])
    for _ in range(_MAX_NODES):
        if not queue:
            return
        value, depth = queue.popleft()
        if isinstance(value, str):
            if value.count("<p") > 1 or value.count("\n") > 2:
                yield paragraphs_of(value)
        elif isinstance(value, list):
            yield [line for item in value[:2000] for line in _texts(item, 0)]
        if depth < _MAX_DEPTH and isinstance(value, (list, dict)):
            inner = value.values() if isinstance(value, dict) else value
            queue.extend((item, depth + 1) for item in inner)


def _texts(node: Any, depth: int) -> list[str]:
    """The text of one node of a rich-text list: a string, or what its text key holds."""
    if isinstance(node, str):
        return [] if _NOT_PROSE.match(node) else paragraphs_of(node)
    if not isinstance(node, dict) or depth > 4:
        return []
    for key in _TEXT_KEYS:
        inner = node.get(key)
        if isinstance(inner, list) and inner:
            # The runs of one paragraph: bold, links and plain text in turn.
            return [" ".join(t for item in inner for t in _texts(item, depth + 1))]
        if isinstance(inner, (str, dict)) and inner:
            return _texts(inner, depth + 1)
    return []
