"""What ``quality`` is worth: how many pages whose text went wrong have the lowest scores.

``python -m benchmarks.trust`` reads each page with a block model that has seen nothing of its
publisher. The weights of the score were chosen on all pages; so the last rows choose them anew, ten
times in five folds by publisher, each time on the others' pages, beside the same treatment of the
score without what was left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from statistics import mean

from benchmarks import devset, train
from benchmarks.trees import Growth
from crawler.extraction import assemble, choose, extract
from crawler.extraction.choose import Model
from crawler.extraction.quality import Weights, score_text

_FAILED = (0.9, 0.95, 0.97)  # F1 below which a text counts as gone wrong
_SHARES = (0.05, 0.1)
_FOLDS, _ROUNDS = 5, 10
_PLAIN = Weights(doubtful=0.2, gaps=0.0, beside=0.0, short=0.2)
_CHOICES = [
    Weights(*values)
    for values in product((0.1, 0.2, 0.3), (0.0, 0.2, 0.3, 0.4), (0.0, 0.05, 0.1), (0.1, 0.2, 0.3))
]


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's F1, and its score by each of some weights."""

    publisher: str
    f1: float
    scores: dict[Weights, float]


def judged() -> list[Judged]:
    """Every page whose text the gold knows."""
    key = devset.scorer().url_key
    unseen = {key(c.gold.url): m for c, m in train.held_out(train.cases(), "publisher", Growth())}
    known = {key(g.url): g for g in devset.gold() if g.fields.get("text") is not None}
    model: Model | None = None
    scores: dict[Weights, float] = {}

    def listen(*parts):  # type: ignore[no-untyped-def]
        scores.update({weights: score_text(*parts, weights) for weights in (_PLAIN, *_CHOICES)})
        return score_text(*parts)

    trained = choose.block_model
    assemble.score_text = listen
    choose.block_model = lambda: model or trained()  # type: ignore[assignment]
    found = []
    for page in devset.pages():
        gold = known.get(key(page.url))
        model = unseen.get(key(page.url))
        if gold and model:
            scores.clear()
            text = extract(page).text
            f1 = devset.scorer().page_text(gold.fields, text)["f1"]
            found.append(Judged(gold.publisher, f1, dict(scores)))
    return found


def area(failed: Sequence[bool], scores: Sequence[float]) -> float:
    """How often a page that went wrong has a lower score than one that did not (ROC AUC)."""
    bad = [score for score, is_bad in zip(scores, failed, strict=True) if is_bad]
    good = [score for score, is_bad in zip(scores, failed, strict=True) if not is_bad]
    wins = sum((b < g) + 0.5 * (b == g) for b in bad for g in good)
    return wins / (len(bad) * len(good)) if bad and good else 0.5


def caught(failed: Sequence[bool], scores: Sequence[float], share: float) -> int:
    """How many that went wrong are in this share of the pages, from the lowest score on."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    return sum(failed[i] for i in order[: round(share * len(order))])


def best(pages: Sequence[Judged]) -> Weights:
    """Of ``_CHOICES`` the weights that part what went wrong best from the rest."""

    def worth(weights: Weights) -> float:
        scores = [page.scores[weights] for page in pages]
        return mean(area([page.f1 < least for page in pages], scores) for least in _FAILED)

    return max(_CHOICES, key=worth)


def folds(publishers: Iterable[str], seed: int) -> dict[str, int]:
    """The fold of each publisher: others for each seed, and the same on every machine."""

    def place(name: str) -> bytes:
        return sha256(f"{seed} {name}".encode()).digest()

    return {name: at % _FOLDS for at, name in enumerate(sorted(publishers, key=place))}


def unchosen(pages: list[Judged], fixed: Weights | None) -> list[float]:
    """Scores by weights chosen without the page's publisher, or by ``fixed``: as ranks among the
    others' scores, which are comparable between folds."""
    total = [0.0] * len(pages)
    for seed in range(_ROUNDS):
        fold = folds({page.publisher for page in pages}, seed)
        for n in range(_FOLDS):
            others = [page for page in pages if fold[page.publisher] != n]
            weights = fixed or best(others)
            for i, page in enumerate(pages):
                if fold[page.publisher] == n:
                    lower = sum(o.scores[weights] < page.scores[weights] for o in others)
                    total[i] += lower / len(others)
    return total


def row(name: str, pages: list[Judged], scores: Sequence[float]) -> str:
    cells = []
    for least in _FAILED:
        failed = [page.f1 < least for page in pages]
        counts = " / ".join(str(caught(failed, scores, share)) for share in _SHARES)
        cells.append(f"{sum(failed):3}: {counts:8} {area(failed, scores):.3f}")
    return f"{name:34} | " + " | ".join(cells)


def rows(pages: list[Judged]) -> Iterable[str]:
    head = " | ".join(f"F1 < {least}: 5 % / 10 %, AUC" for least in _FAILED)
    yield f"{len(pages)} pages | {head}"
    yield row("the weights that are shipped", pages, [p.scores[Weights()] for p in pages])
    yield row("without what was left out", pages, [p.scores[_PLAIN] for p in pages])
    yield row("weights chosen on other publishers", pages, unchosen(pages, None))
    yield row("the same ranks, nothing left out", pages, unchosen(pages, _PLAIN))


def main() -> int:
    """Print the table; 2 where the dev set is not there."""
    if not devset.exists():
        print(f"no dev set at {devset.devset()}: set BROADSHEET_DEVSET", file=sys.stderr)
        return 2
    print("\n".join(rows(judged())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
