"""Pages of nested elements whose names, states and links are those that the engine looks at."""

from __future__ import annotations

import random

_NAMES = (
    "post entry articleContent article-body post-content article__content story-body text fulltext "
    "content main main-content page-content single-post primary|content-main|Main-Content"
    "|Page-Content|body-text|infinite-scroll|mvp-post-add-box|elementor-share-buttons|comments|comment-list"
    "|Comments box|commentary|post-comments|disqus_thread|cookie-bar|cookies are"
    "|sidebar|share|a share-it|nav|navbar|menu"
    "|tags|author|byline|related|Related|x ad y|ad-1|widget|footer|site-Footer|caption|Teaser"
    "|teaser box|hidden|x hidden|hide-me|-hide-|reply-1|comments-title|message|akismet|meta"
    "|onetrust|w3-code|schema-faq-question|col-2|a|b c|lede|jp-x|social"
)
NAMES = tuple(name for part in _NAMES.split("|") for name in (part, *part.split(" ")))
_STATES = (
    'role="navigation"', 'role="main"', 'role="article"', 'role="presentation"',
    'style="display:none"', 'style="display: none"', 'style="visibility:hidden"',
    'aria-hidden="true"', 'aria-hidden="false"', 'itemprop="articleBody"',
    'data-component="MostPopularStories"', "data-lp-replacement-content", 'id="x" style="hidden"',
)  # fmt: skip
_BOXES = ("div", "div", "div", "section", "article", "main", "p", "p", "p", "p", "ul", "ol", "li",
          "span", "table", "tr", "td", "blockquote", "aside", "details", "form", "figure", "dl",
          "dd", "header", "h2", "pre")  # fmt: skip
_INLINE = ("a", "a", "a", "b", "em", "span", "br", "sub", "strong", "s", "code", "img", "time")
_SENTENCE = "the council voted on Tuesday to keep its only bridge open until spring, they said."
_WORDS = _SENTENCE.split()


class _Maker:
    def __init__(self, seed: int) -> None:
        self._pick = random.Random(seed)  # noqa: S311 - a page, no secret
        self._said = ["Share this", "Facebook", _SENTENCE]

    def text(self) -> str:
        pick = self._pick
        if pick.random() < 0.1:
            return pick.choice(self._said)
        words = " ".join(pick.choices(_WORDS, k=pick.choice((0, 1, 3, 12, 30, 60))))
        if pick.random() < 0.1:
            self._said.append(words)
        return words + pick.choice(("", " ", "\n  "))

    def attributes(self) -> str:
        pick = self._pick
        given = [
            f'{name}="{pick.choice(NAMES)}"' for name in ("class", "id") if pick.random() < 0.3
        ]
        if pick.random() < 0.08:
            given.append(pick.choice(_STATES))
        pick.shuffle(given)
        return " ".join(["", *given])

    def element(self, depth: int) -> str:
        pick = self._pick
        tag = pick.choice(_BOXES if depth and pick.random() < 0.7 else _INLINE)
        inside = self.text()
        for _ in range(pick.choice((0, 1, 2, 5)) if depth else 0):
            inside += self.element(depth - 1)
        return f"<{tag}{self.attributes()}>{inside}</{tag}>{self.text() if depth < 3 else ''}"


def random_page(seed: int) -> str:
    """A page, the same for the same seed; every fourth with a readable story in it."""
    maker = _Maker(seed)
    story = "".join(f"<p>{maker.text()}{maker.text()}</p>" for _ in range(12 * (seed % 4 == 0)))
    parts = "".join(maker.element(5) for _ in range(5))
    return f"<html><head><title>t</title></head><body>{parts}<div>{story}</div>{parts[:50]}</body>"
