"""The quality floors: what the extraction scored once, it must not fall below again.

``tests/extraction/floors.toml`` holds a least value for each measure of each data set;
``make floors`` raises it to what is reached now, and never lowers any.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path

from benchmarks.devset import Row, scorer

FILE = Path(__file__).resolve().parents[1] / "tests" / "extraction" / "floors.toml"
_MEASURES = (
    "text.F1", "text.acc", "text.pF1", "seg.F1", "title.norm", "title.alt", "auth.f1",
    "date.min", "date.day", "tags.f1", "lang",
)  # fmt: skip
_HEAD = """\
# The least that the extraction scores on the dev set (score.py's measures, cut to three digits).
# Made by `make floors`, which only raises them; a lower value needs a reason in its commit.
"""

Scores = Mapping[str, Mapping[str, float]]  # data set -> measure -> value


def score(rows: list[Row]) -> dict[str, dict[str, float]]:
    """score.py's numbers for each data set."""
    module = scorer()
    found = {}
    for name in module.L.datasets():
        gold = module.L.read_gold(name)
        got = module.match(rows, gold, {})
        outs = [got.get(page["id"]) for page in gold]
        pages = [module.score_page(g["gold"], out) for g, out in zip(gold, outs, strict=True)]
        found[name] = module.aggregate(pages, outs)
    return found


def tables(scores: Mapping[str, Scores]) -> str:
    """score.py's table for each data set, one line an extractor."""
    datasets = next(iter(scores.values()))
    return "\n".join(
        f"\n## {dataset}\n"
        + scorer().table([(name, found[dataset]) for name, found in scores.items()])
        for dataset in datasets
    )


def read(path: Path = FILE) -> dict[str, dict[str, float]]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def broken(found: Scores, least: Scores) -> list[str]:
    """A line for each measure that is below its floor, or gone."""
    return [
        f"{dataset} {measure}: {_shown(found.get(dataset, {}).get(measure))} is below {floor:.3f}"
        for dataset, measures in least.items()
        for measure, floor in measures.items()
        if found.get(dataset, {}).get(measure, -1.0) < floor
    ]


def _shown(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.4f}"


def raised(found: Scores, least: Scores) -> dict[str, dict[str, float]]:
    """The floors with every measure that got better raised; none lowered."""
    return {
        dataset: {
            measure: max(
                least.get(dataset, {}).get(measure, 0.0),
                math.floor(1000 * found.get(dataset, {}).get(measure, 0.0)) / 1000,
            )
            for measure in _MEASURES
            if measure in found.get(dataset, {}) or measure in least.get(dataset, {})
        }
        for dataset in sorted({*found, *least})
    }


def raise_to(found: Scores, path: Path = FILE) -> str:
    """Write the raised floors; what is below its floor stays below, and is told."""
    least = read(path)
    lines = [_HEAD]
    for dataset, measures in raised(found, least).items():
        lines.append(f"[{dataset}]")
        lines += [f'"{measure}" = {floor:.3f}' for measure, floor in measures.items()]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return "\n".join(broken(found, read(path)) or ["Every floor holds."])
