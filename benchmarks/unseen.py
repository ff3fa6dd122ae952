"""The extraction on pages of publishers that no rule was written for.

``python -m benchmarks.unseen`` downloads the source packages of three other extractors, whose tests
ship real pages with what is right about them, leaves out every publisher of the dev set, and prints
how often ours is right. Nothing of these pages is kept outside of ``build/unseen``.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import devset
from benchmarks.environments import BUILD
from crawler.extraction import Extraction, Page, extract
from crawler.urls import registered_domain

_PACKAGES = ("htmldate==0.9.1", "trafilatura==1.0.0", "newspaper4k==0.9.6")
_PLACE = BUILD / "unseen"
_SHARED = frozenset({"wordpress.com", "blogspot.com", "blogspot.de"})  # hosts of many publishers


@dataclass(frozen=True, slots=True)
class Case:
    """One page and what its package says of it; an absent field is unknown.

    ``days``: the right days, where None means that the page has none.
    """

    url: str
    path: Path
    days: frozenset[str | None] = frozenset()
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] | None = None
    text: str | None = None


def sources() -> list[Path]:
    """The unpacked packages, downloaded at the first call. Raises CalledProcessError."""
    _PLACE.mkdir(parents=True, exist_ok=True)
    for package in _PACKAGES:
        name = package.partition("==")[0]
        if not list(_PLACE.glob(f"{name}-*.tar.gz")):
            pip = [
                sys.executable,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "--quiet",
                "download",
            ]
            subprocess.run(
                [*pip, "--no-deps", "--no-binary", name, "-d", _PLACE, package], check=True
            )
    for archive in _PLACE.glob("*.tar.gz"):
        if not (_PLACE / archive.name.removesuffix(".tar.gz")).exists():
            with tarfile.open(archive) as file:
                file.extractall(_PLACE, filter="data")
    return [_PLACE / a.name.removesuffix(".tar.gz") for a in sorted(_PLACE.glob("*.tar.gz"))]


def cases(package: Path) -> Iterator[Case]:
    """The pages that a package's tests read, with what they assert."""
    tests = package / "tests"
    if package.name.startswith("newspaper4k"):
        for file in sorted((tests / "data" / "metadata").glob("*.json")):
            known = json.loads(file.read_text("utf-8"))
            text = tests / "data" / "txt" / f"{file.stem}.txt"
            day = (known.get("publish_date") or "")[:10]
            yield Case(
                url=known.get("url") or f"https://{file.stem.replace('_', '-')}.example/story",
                path=tests / "data" / "html" / f"{file.stem}.html",
                days=frozenset([day]) if day else frozenset(),
                title=known.get("title"),
                authors=tuple(known["authors"]) if known.get("authors") else None,
                text=text.read_text("utf-8") if text.exists() else None,
            )
        return
    name = "unit_tests.py" if package.name.startswith("htmldate") else "realworld_tests.py"
    module = ast.parse((tests / name).read_text("utf-8"))
    days, said = _asserted_days(module), _asserted_segments(module)
    for url, file_name in _mock_pages(module).items():
        present, absent = said.get(url, ((), ()))
        yield Case(url, tests / "cache" / file_name, frozenset(days.get(url, ())), present, absent)


def _mock_pages(module: ast.Module) -> dict[str, str]:
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MOCK_PAGES":
            found: dict[str, str] = ast.literal_eval(node.value)
            return found
    return {}


def _asserted_days(module: ast.Module) -> dict[str, set[str | None]]:
    """``find_date(load_mock_page(URL)) == DAY``; not those that ask for the last change."""
    found: dict[str, set[str | None]] = {}
    for node in ast.walk(module):
        if not isinstance(node, ast.Compare) or not isinstance(node.comparators[0], ast.Constant):
            continue
        call, right = ast.unparse(node.left), node.comparators[0].value
        if not call.startswith("find_date(load_mock_page(") or "original_date=False" in call:
            continue
        if right is None or (isinstance(right, str) and len(right) == len("2024-03-05")):
            found.setdefault(_url_in(node.left), set()).add(right)
    return found


def _asserted_segments(module: ast.Module) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """``TEXT in result`` and ``TEXT not in result`` behind each ``load_mock_page(URL, ...)``."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    url = ""
    for node in ast.walk(module):
        for statement in getattr(node, "body", []) if isinstance(node, ast.FunctionDef) else []:
            if isinstance(statement, ast.Assign) and "load_mock_page(" in ast.unparse(statement):
                url = _url_in(statement.value)
            for compare in ast.walk(statement):
                if isinstance(compare, ast.Compare) and isinstance(compare.left, ast.Constant):
                    present, absent = found.get(url, ((), ()))
                    text = " ".join(str(compare.left.value).split())
                    if isinstance(compare.ops[0], ast.In):
                        found[url] = ((*present, text), absent)
                    elif isinstance(compare.ops[0], ast.NotIn):
                        found[url] = (present, (*absent, text))
    return found


def _url_in(node: ast.AST) -> str:
    texts = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return next((t for t in texts if isinstance(t, str) and t.startswith("http")), "")


def count(case: Case, found: Extraction, tally: Counter[str]) -> None:
    """Add to the tally how this page came out."""
    if case.days:
        day = found.published_date
        kind = "right" if day in case.days else ("missed" if day is None else "wrong")
        tally["date invented" if case.days == {None} and day else f"date {kind}"] += 1
    text = " ".join((found.text or "").split())
    tally["segments wanted"] += len(case.present)
    tally["segments wanted, there"] += sum(part in text for part in case.present)
    tally["segments unwanted"] += len(case.absent)
    tally["segments unwanted, there"] += sum(part in text for part in case.absent)
    score = devset.scorer()
    if case.title:
        tally["headlines"] += 1
        tally["headlines right"] += score.loose(case.title) == score.loose(found.headline)
    if case.authors:
        tally["authors"] += 1
        tally["authors right"] += score.set_f1(case.authors, found.authors)[1] == 1.0
    if case.text:
        tally["texts"] += 1
        tally["texts, F1 in percent"] += round(
            100 * score.page_text({"text": case.text}, found.text)["f1"]
        )


def main() -> int:
    """Print one line a count and package; 2 where the dev set is not there."""
    if not devset.exists():
        print(f"no dev set at {devset.devset()}: set BROADSHEET_DEVSET", file=sys.stderr)
        return 2
    seen = {registered_domain(page.url) for page in devset.gold()} - _SHARED
    for package in sources():
        tally: Counter[str] = Counter()
        for case in cases(package):
            if urlsplit(case.url).hostname and registered_domain(case.url) not in seen:
                page = Page(case.url, case.path.read_bytes(), datetime.now(UTC), "text/html")
                tally["pages"] += 1
                count(case, extract(page), tally)
        print(f"\n## {package.name}")
        print("\n".join(f"{what:28}{number:5}" for what, number in tally.items() if number))
    return 0


if __name__ == "__main__":
    sys.exit(main())
