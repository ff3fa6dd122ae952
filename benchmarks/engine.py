"""What the text engine costs beside trafilatura's own fast call on the same trees.

``python -m benchmarks.engine [part parts]``: ms a page, of each page the least of three calls in
turns in one process. "new names" is the engine when it has seen none of the page's class names and
ids before, as with the first page of an outlet; after that it remembers them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from benchmarks import devset
from benchmarks.least_cpu import least_cpu
from crawler.extraction.decode import decode, parse
from crawler.extraction.engine import discard, frames, retry, run_engine
from crawler.extraction.engine.names import Meanings
from crawler.extraction.facts import read_facts
from crawler.extraction.text import lighten

_KNOWN = [
    value
    for module in (discard, frames, retry)
    for value in vars(module).values()
    if isinstance(value, Meanings)
]


def trees(part: int, parts: int) -> Iterator[HtmlElement]:
    """The dev set's pages as the engine gets them."""
    for page in devset.pages(part, parts):
        if document := parse(*decode(page.body, page.content_type)):
            lighten(facts := read_facts(page, document))
            yield facts.tree


def theirs(tree: HtmlElement) -> object:
    """trafilatura's call with what is asked of the engine."""
    return bare_extraction(tree, fast=True, include_comments=False)


def with_new_names(tree: HtmlElement) -> object:
    for known in _KNOWN:
        known.forget()
    return ours(tree)


def ours(tree: HtmlElement) -> object:
    return run_engine(tree, "https://a.example/")


def main() -> None:
    part, parts = map(int, sys.argv[1:3] or (0, 4))
    calls = (theirs, with_new_names, ours)
    least = [least_cpu(calls, tree, rounds=3) for tree in trees(part, parts)]
    sums = [sum(costs) for costs in zip(*least, strict=True)]
    for call, total in zip(calls, sums, strict=True):
        spent = total / len(least) * 1000
        print(f"{call.__name__:15} {spent:6.2f} ms a page  {total / sums[0]:.2f}")


if __name__ == "__main__":
    main()
