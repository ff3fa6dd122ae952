"""Story or not by the shape of a URL: precision and recall on labelled links.

    python -m benchmarks.links [--devset DIR] [--wrong]

``benchmarks/links.tsv`` has links of real pages of 150 outlets in some 25 languages, drawn at
random, at most three an outlet, labelled by hand: ``story``, or ``other`` (sections, tags, authors,
login, service pages, files). What a person could not tell without fetching was left out. The
development set adds the URLs of its articles, to recall only; the sample
newspaper its section pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from crawler.demo.outlets import OUTLET_IDS, load_outlets
from crawler.demo.site import build_site
from crawler.urls import looks_like_article
from spiders.discovery.html_page import parse_html
from spiders.discovery.listing import absolute
from spiders.discovery.section import read_section

HERE = Path(__file__).parent
DEVSET = Path(os.environ.get("BROADSHEET_DEVSET", HERE.parents[1] / "shared" / "devset"))


@dataclass(frozen=True)
class Score:
    """Counts of a decision against labels; the URLs that it had wrong."""

    taken_stories: int
    stories: int
    taken_others: int
    others: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.taken_stories / (self.taken_stories + self.taken_others)

    @property
    def recall(self) -> float:
        return self.taken_stories / self.stories


def labelled() -> list[tuple[bool, str]]:
    """(whether it is a story, URL) of every labelled link."""
    rows = (line.split("\t") for line in (HERE / "links.tsv").read_text("utf-8").splitlines())
    return [(label == "story", url) for label, url in rows]


def devset_stories(devset: Path = DEVSET) -> list[str]:
    """The article URLs of the development set; none where it is not there."""
    gold = devset / "gold.jsonl"
    if not gold.is_file():
        return []
    return [json.loads(line)["url"] for line in gold.read_text("utf-8").splitlines()]


def score(
    links: Iterable[tuple[bool, str]], is_taken: Callable[[str], bool] = looks_like_article
) -> Score:
    """How a decision does."""
    stories = taken_stories = others = taken_others = 0
    wrong: list[str] = []
    for is_story, url in links:
        taken = is_taken(url)
        stories += is_story
        others += not is_story
        taken_stories += is_story and taken
        taken_others += taken and not is_story
        if taken != is_story:
            wrong.append(f"{'missed' if is_story else 'taken '} {url}")
    return Score(taken_stories, stories, taken_others, others, tuple(wrong))


def on_pages(devset: Path) -> Score:
    """The decision of a section page, with anchor and position, on the pages where the labelled
    links were found. They are story pages: what leads from them is harder than what a section has.
    """
    label = {url: is_story for is_story, url in labelled()}
    shown: set[str] = set()
    taken: set[str] = set()
    for row in (devset / "gold.jsonl").read_text("utf-8").splitlines():
        page = json.loads(row)
        body = gzip.decompress((devset / page["page"]).read_bytes())
        root = parse_html(body, None)
        anchors = [] if root is None else root.iter("a")
        links = {absolute(page["url"], anchor.get("href") or "") for anchor in anchors}
        shown |= links & label.keys()
        taken |= {entry.url for entry in read_section(body, page["url"], None).entries}
    return score(((label[url], url) for url in shown), taken.__contains__)


def on_own_pages() -> Score:
    """The same on the home and section pages of the sample newspaper, whose stories are known."""
    labels: list[tuple[bool, str]] = []
    taken: set[str] = set()
    for outlet in load_outlets(OUTLET_IDS):
        base = f"https://{outlet.id}.example"
        site = build_site(outlet, base, edition=1)
        stories = {base + outlet.story_path(story) for story in outlet.stories}
        for path in ("/", *(one.path for one in outlet.listings if one.kind == "section")):
            root, url = parse_html(site[path].body, None), base + path
            anchors = [] if root is None else root.iter("a")
            links = {absolute(url, anchor.get("href") or "") for anchor in anchors}
            labels += [(link in stories, link) for link in sorted(filter(None, links - {url}))]
            taken |= {entry.url for entry in read_section(site[path].body, url, None).entries}
    return score(labels, taken.__contains__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devset", type=Path, default=DEVSET)
    parser.add_argument("--wrong", action="store_true", help="print what it had wrong")
    options = parser.parse_args()
    links, own = score(labelled()), on_own_pages()
    print(f"links.tsv: {links.stories} stories, {links.others} others")
    print(f"  precision {links.precision:.3f}  recall {links.recall:.3f}")
    if stories := devset_stories(options.devset):
        devset = score((True, url) for url in stories)
        print(f"development set: {devset.stories} stories\n  recall {devset.recall:.3f}")
        pages = on_pages(options.devset)
        print(f"section page, on pages that show {pages.stories} stories and {pages.others} others")
        print(f"  precision {pages.precision:.3f}  recall {pages.recall:.3f}")
    print(f"section pages of the sample newspaper: {own.stories} stories, {own.others} others")
    print(f"  precision {own.precision:.3f}  recall {own.recall:.3f}")
    if options.wrong:
        print("\n".join(links.wrong))


if __name__ == "__main__":
    main()
