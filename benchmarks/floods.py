"""What pages cost that are made to break an extractor: CPU and peak memory of each.

Each page is read in a fresh process, so that none profits or suffers from another. The CPU is that
of the call, the memory the high-water mark of the whole process, its imports and the page itself
included. ``python -m benchmarks.floods`` prints all of them, or those that are named; it exits with
1 where one is beyond the bounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from crawler.extraction import Page, extract

CPU_SECONDS = 2.0
PEAK_MB = 500

STORY = "".join(
    f"<p>Paragraph number {i} of a story that is long enough to be taken for its text.</p>"
    for i in range(12)
)
HEAD = '<html><head><title>A title</title><meta property="og:type" content="article">'
_JSON = '<script type="application/ld+json">'
_DATE = "<time datetime='2024-03-05T09:00:00Z'>5 March 2024</time> "
_TAG = '<meta property="article:tag" content="tag {}">'
_TEASERS = "<li><h3><a href='/x'>a link</a></h3></li>"
_LINES = "a line of text<br><br> and more "
_NEXT = '</head><body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">'


def _next_state() -> str:
    teasers = [{"title": f"Teaser {n}", "text": "words of another story"} for n in range(20_000)]
    return json.dumps({"props": {"page": {"body": STORY}, "teasers": teasers}})


# Each page holds STORY, most of them behind or before what floods it.
FLOODS: dict[str, Callable[[], str]] = {
    "json_broken": lambda: (
        HEAD + _JSON + '{"@type":"NewsArticle","author":["' * 12_600 + "</script><body>" + STORY
    ),
    "json_objects": lambda: (
        HEAD + _JSON + '{"a":[' + '{"name":"A B",' * 30_000 + "</script><body>" + STORY
    ),
    "json_brackets": lambda: HEAD + _JSON + "[" * 430_000 + "</script><body>" + STORY,
    "json_spaces": lambda: (
        HEAD + _JSON + '{"a":1' + ", " * 200_000 + "}\n " * 20_000 + "</script><body>" + STORY
    ),
    "json_10_mb": lambda: HEAD + _JSON + '{"a":"' + "x" * 10_000_000 + '"}</script><body>' + STORY,
    "json_2_mb_of_nodes": lambda: (
        HEAD
        + _JSON
        + "["
        + '{"@type":"Person","name":"A"},' * 66_000
        + "{}]</script><body>"
        + STORY
    ),
    "nested_300": lambda: HEAD + "<body>" + "<div>" * 300 + STORY,
    "nested_50_000": lambda: HEAD + "<body>" + "<div>" * 50_000 + STORY,
    "nested_100_000": lambda: HEAD + "<body>" + "<div>" * 100_000 + STORY,
    "nested_behind": lambda: HEAD + "<body>" + STORY + "<span>" * 100_000,
    "nested_lists": lambda: HEAD + "<body>" + STORY + "<ul><li><h3><a>x</a></h3>" * 15_000,
    "script_12_mb": lambda: HEAD + "<script>" + "x=1;" * 3_000_000 + "</script><body>" + STORY,
    "attributes": lambda: (
        HEAD + "<body><p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>" + STORY
    ),
    "breaks": lambda: HEAD + "<body>" + STORY + "<br>" * 200_000,
    "breaks_before": lambda: HEAD + "<body>" + "<br>" * 200_000 + STORY,
    "one_line": lambda: HEAD + "<body>" + STORY + "<p>" + "word " * 2_000_000,
    "one_word": lambda: HEAD + "<body>" + STORY + "<p>" + "x" * 10_000_000,
    "dates": lambda: HEAD + "<body>" + STORY + _DATE * 50_000,
    "digits": lambda: HEAD + "<body>" + STORY + "<p>" + "20240305" * 1_000_000,
    "metas": lambda: HEAD + _TAG * 50_000 + "</head><body>" + STORY,
    "metas_apart": lambda: (
        HEAD + "".join(map(_TAG.format, range(100_000))) + "</head><body>" + STORY
    ),
    "links": lambda: HEAD + "<body>" + STORY + "<div><a href='/x'>a link</a></div>" * 60_000,
    "teasers": lambda: HEAD + "<body><ul>" + _TEASERS * 30_000 + "</ul>" + STORY,
    "paragraphs": lambda: HEAD + "<body><article>" + STORY * 2_500,
    "classes": lambda: (
        HEAD + "<body>" + STORY + "".join(f"<i class='c{n}-author'></i>" for n in range(30_000))
    ),
    "cut_boxes": lambda: (
        HEAD + "<body><article>" + STORY + "<div class='social'>x</div> more " * 20_000
    ),
    "linked_text": lambda: (
        HEAD + "<body>" + STORY + "<div>" * 20 + "<a href='/x'>a link</a> and text " * 35_000
    ),
    "lines_of_one": lambda: HEAD + "<body><article>" + STORY + "<p>" + "a line<br> text " * 39_000,
    "lines_apart": lambda: HEAD + "<body><article>" + STORY + "<div>" + _LINES * 19_000,
    "junk_boxes": lambda: (
        HEAD + "<body><article>" + STORY + "<aside class='related'>x</aside> more " * 19_000
    ),
    "headings_last": lambda: HEAD + "<body><article>" + STORY + "<h3>A heading</h3>" * 19_000,
    "list": lambda: (
        HEAD + "<body><article>" + STORY + "<ul>" + "<li>an item of a list</li>" * 19_000
    ),
    "next_state": lambda: HEAD + _NEXT + _next_state() + "</script>",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page cost, and what came of it: ``text`` or the reason for none."""

    cpu_seconds: float
    peak_mb: float
    paragraphs: int
    outcome: str

    @property
    def within_bounds(self) -> bool:
        return self.cpu_seconds <= CPU_SECONDS and self.peak_mb <= PEAK_MB


def measure(name: str) -> Cost:
    """The cost of one page, in a process of its own."""
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_read, name).result()


def page_of(html: str) -> Page:
    """The page as the crawler hands it to the extraction."""
    at = datetime(2024, 3, 10, tzinfo=UTC)
    return Page("https://a.example/2024/03/story", html.encode(), at, "text/html")


def _read(name: str) -> Cost:
    extract(page_of(HEAD + "<body>" + STORY))  # models and word lists are loaded once
    page = page_of(FLOODS[name]())
    began = time.process_time()
    found = extract(page)
    spent = time.process_time() - began
    count = (found.text or "").count("Paragraph number")
    return Cost(spent, _peak_mb(), count, found.error or f"text, {found.access}")


def _peak_mb() -> float:
    """The high-water mark; not ru_maxrss, which starts at that of the process that made this."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(x.split()[1]) / 1024 for x in status.splitlines() if x.startswith("VmHWM"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *FLOODS], metavar="NAME")
    names = parser.parse_args().names or list(FLOODS)
    print(f"{'page':20} {'CPU s':>6} {'peak MB':>8} {'paragraphs':>11}  outcome")
    costs = []
    for name in names:
        costs.append(cost := measure(name))
        mark = "" if cost.within_bounds else "  BEYOND THE BOUNDS"
        print(f"{name:20} {cost.cpu_seconds:6.2f} {cost.peak_mb:8.0f} {cost.paragraphs:11}"
              f"  {cost.outcome}{mark}", flush=True)  # fmt: skip
    return 0 if all(cost.within_bounds for cost in costs) else 1


if __name__ == "__main__":
    sys.exit(main())
