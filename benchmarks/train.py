"""Train the block model: ``python -m benchmarks.train`` writes blocks_model.json, byte for byte.

``--cv`` shows what it is worth instead: trained on some publishers, scored on the others, against
the line rules alone. ``--by language`` holds out languages.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.devset import Gold, Row, gold, pages, scorer
from benchmarks.labels import label
from benchmarks.trees import Growth, fit
from crawler.extraction import assemble, extract
from crawler.extraction.candidates import Line
from crawler.extraction.choose import Choice, Model, expected
from crawler.extraction.features import NAMES, describe
from crawler.extraction.page_features import Context

FILE = Path(assemble.__file__).with_name("blocks_model.json")
_SETS = ("aeb", "fundus", "fundus_eval", "traf")
_THRESHOLDS = {"kept": 0.5, "bare": 0.2, "dropped": 0.85, "heading": 0.5, "offered": 0.9}
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """The candidate lines of one page, what the model sees of each, and the gold."""

    gold: Gold
    lines: list[Line]
    rows: list[list[float]]
    ruled: str  # the text that the rules alone give
    replaced: bool


def cases() -> list[Case]:
    """Every page that has lines and gold for them, in the order of the gold."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(_offered, range(2)))
    by_url = {scorer().url_key(url): offer for part in parts for url, offer in part.items()}
    found = []
    for page in gold():
        lines, context, replaced = by_url.get(scorer().url_key(page.url), ([], None, False))
        if page.dataset in _SETS and lines:
            ruled = "\n\n".join(line.text for line in lines if line.kept)
            found.append(Case(page, lines, describe(lines, context), ruled, replaced))
    return found


def _offered(part: int) -> dict[str, tuple[list[Line], Context, bool]]:
    """What the extraction offers its model, by URL: the model is asked, and listened in on."""
    offers: dict[str, tuple[list[Line], Context, bool]] = {}
    url = ""
    replaced = False
    candidates = assemble.candidates

    def listen(found, *rest):  # type: ignore[no-untyped-def]
        nonlocal replaced
        replaced = found.replaced
        return candidates(found, *rest)

    def answer(lines: list[Line], context: Context) -> Choice:
        offers[url] = (lines, context, replaced)
        return Choice([line.text for line in lines if line.kept], 1.0, [])

    assemble.candidates, assemble.choose = listen, answer
    for page in pages(part, 2):
        url = page.url
        extract(page)
    return offers


def train(chosen: list[Case], growth: Growth) -> Model:
    """A model of these pages: each line weighs by its length, each page by the root of its sum."""
    rows, truth, weights = [], [], []
    for case in chosen:
        labels = label(case.gold.fields, case.lines)
        own = [
            min(2.0, 0.3 + len(x.text) / 150) * y.known
            for x, y in zip(case.lines, labels, strict=True)
        ]
        total = max(1.0, sum(own)) ** 0.5
        for row, said, weight in zip(case.rows, labels, own, strict=True):
            if weight:
                rows.append(row)
                truth.append(said.story)
                weights.append(weight / total)
    scale = len(weights) / sum(weights)
    bias, trees = fit(np.array(rows), np.array(truth), scale * np.array(weights), growth)
    return Model(bias, tuple(trees), **_THRESHOLDS)


def text_of(case: Case, chances: list[float], model: Model) -> str:
    """The text that the model leaves of a page."""
    if case.replaced:
        return case.ruled
    pairs = zip(case.lines, chances, strict=True)
    return "\n\n".join(x.text for x, p in pairs if p > model.least(x)) or case.ruled


def held_out(found: list[Case], by: str, growth: Growth) -> Iterator[tuple[Case, Model]]:
    """Each page with a model that has seen nothing of its publisher (or language)."""
    # Not every data set tells the language.
    languages = [by == "language" and case.gold.fields.get("language") for case in found]
    keys = [str(x or case.gold.publisher) for x, case in zip(languages, found, strict=True)]
    fold = {key: place % _FOLDS for place, key in enumerate(sorted(set(keys)))}
    folds = [fold[key] for key in keys]
    for n in range(_FOLDS):
        model = train([c for c, f in zip(found, folds, strict=True) if f != n], growth)
        yield from ((c, model) for c, f in zip(found, folds, strict=True) if f == n)


def cross_validate(found: list[Case], by: str, growth: Growth) -> None:
    """Print score.py's text measures of the rules alone and of the model on unseen pages."""
    scores: dict[tuple[str, str], list[Row]] = {}
    trust: list[tuple[float, float]] = []
    for case, model in held_out(found, by, growth):
        if case.gold.fields.get("text") is None:
            continue
        chances = [model.probability(row) for row in case.rows]
        text = text_of(case, chances, model)
        for name, given in (("rules", case.ruled), ("model", text)):
            page = scorer().page_text(case.gold.fields, given)
            scores.setdefault((case.gold.dataset, name), []).append(page)
        chosen = [p > model.least(x) for x, p in zip(case.lines, chances, strict=True)]
        trust.append((expected(case.lines, chances, chosen), page["f1"]))
    for (dataset, name), rows in sorted(scores.items()):
        print(dataset, name, {k: round(v, 4) for k, v in scorer().aeb(rows).items()})
    trust.sort()
    bad = sum(f1 < 0.9 for _, f1 in trust)
    worst = trust[: max(1, len(trust) // 20)]
    print(f"pages with F1 < .9: {bad}, of them in the worst 5 % by certainty:",
          sum(f1 < 0.9 for _, f1 in worst))  # fmt: skip


def write(model: Model) -> None:
    data = {"features": NAMES, "thresholds": _THRESHOLDS, "bias": model.bias}
    head = json.dumps(data, indent=1)[:-2]
    trees = ",\n  ".join(json.dumps(tree, separators=(",", ":")) for tree in model.trees)
    FILE.write_text(f'{head},\n "trees": [\n  {trees}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cv", action="store_true")
    parser.add_argument("--by", choices=["publisher", "language"], default="publisher")
    given = parser.parse_args()
    if given.cv:
        cross_validate(cases(), given.by, Growth())
    else:
        write(train(cases(), Growth()))
