"""Near duplicates: precision and recall of the sketches, on texts of the development set.

    .venv/bin/python -m benchmarks.near_duplicates

Copies are made of each text as papers make them of a wire story, non-copies as a story of the next
day is made, which quotes a part of the last one; all by one seed. Strangers are all pairs of texts.
The share that is truly in common is counted over all runs of five words: from a half of the shorter
text on a pair should be found, and below not. Prints a table; docs/discovery.md has the last one.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations

from benchmarks.devset import gold
from crawler.near_duplicates import NearDuplicates
from crawler.paragraphs import paragraphs_of, words_of
from crawler.sketch import is_alike, likeness, sketch_of
from crawler.sqlite import SQLiteState
from crawler.state import Sketched

_CHANCE = random.Random(7)  # noqa: S311 - repeatable, not secret
_ENOUGH = 5  # paragraphs of a text that can be cut
_AT = "2026-03-01T12:00:00Z"
Paragraphs = list[str]


def cut(story: Paragraphs, share: float) -> Paragraphs:
    """The beginning of a story."""
    return story[: max(1, round(len(story) * share))]


def mixed(story: Paragraphs, other: Paragraphs, count: int) -> Paragraphs:
    """A story with ``count`` paragraphs of another one between its own."""
    made = list(story)
    for part in other[:count]:
        made.insert(_CHANCE.randint(0, len(made)), part)
    return made


def restyled(story: Paragraphs, share: float) -> Paragraphs:
    """A story with a share of its words changed, as a house style or an editor does."""

    def word(text: str) -> str:
        return f"x{text}" if _CHANCE.random() < share else text

    return [" ".join(map(word, part.split(" "))) for part in story]


COPIES: dict[str, Callable[[Paragraphs, Paragraphs], Paragraphs]] = {
    "as it is": lambda story, _: story,
    "cut to a half": lambda story, _: cut(story, 1 / 2),
    "cut to a third": lambda story, _: cut(story, 1 / 3),
    "cut to a quarter": lambda story, _: cut(story, 1 / 4),
    "another first paragraph": lambda story, other: [other[0], *story[1:]],
    "with half as much of another": lambda story, other: mixed(story, other, len(story) // 2),
    "with as much of another": lambda story, other: mixed(story, other, len(story)),
    "one word in 50 changed": lambda story, _: restyled(story, 0.02),
    "one word in 20 changed": lambda story, _: restyled(story, 0.05),
    "one word in 10 changed": lambda story, _: restyled(story, 0.1),
    "cut to a half, a new beginning, one word in 50": lambda story, other: restyled(
        [other[0], *cut(story, 1 / 2)[1:]], 0.02
    ),
}
OTHERS: dict[str, Callable[[Paragraphs, Paragraphs], Paragraphs]] = {
    "the next day's: one paragraph of it": lambda story, other: [*other, story[-1]],
    "the next day's: a tenth of it": lambda story, other: [*other, *cut(story, 1 / 10)],
    "the next day's: a quarter of it": lambda story, other: [*other, *story[-len(story) // 4 :]],
}


def main() -> None:
    """Measure and print."""
    texts = [one.fields.get("text") or "" for one in gold()]
    stories = [
        story for text in dict.fromkeys(texts) if len(story := paragraphs_of(text)) >= _ENOUGH
    ]
    print(f"{len(stories)} texts of at least {_ENOUGH} paragraphs\n")
    print("| made of each of them | truly half of the shorter | found | of the others | found |")
    print("|---|---:|---:|---:|---:|")
    for name, make in {**COPIES, **OTHERS}.items():
        print(_row(name, make, stories))
    _strangers(stories)
    _looked_up(stories)


def _row(
    name: str,
    make: Callable[[Paragraphs, Paragraphs], Paragraphs],
    stories: list[Paragraphs],
) -> str:
    of_true: list[bool] = []
    of_others: list[bool] = []
    for number, story in enumerate(stories):
        other = stories[(number + len(stories) // 2) % len(stories)]
        first, second = "\n\n".join(story), "\n\n".join(make(story, other))
        found = is_alike(sketch_of(first), sketch_of(second))
        (of_true if shared(first, second) >= 1 / 2 else of_others).append(found)
    told = (f"{len(group)} | {_share(group)}" for group in (of_true, of_others))
    return f"| {name} | {' | '.join(told)} |"


def _share(found: list[bool]) -> str:
    return f"{sum(found) / len(found):.1%}" if found else ""


def shared(first: str, second: str) -> float:
    """The share of the shorter text's runs of five words that is in the longer one."""
    ours, theirs = (_runs(text) for text in (first, second))
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in words_of(text)]
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def _strangers(stories: list[Paragraphs]) -> None:
    sketches = [sketch_of("\n\n".join(story)) for story in stories]
    told = sorted((likeness(a, b) for a, b in combinations(sketches, 2)), reverse=True)
    alike = sum(is_alike(a, b) for a, b in combinations(sketches, 2))
    print(
        f"\nstrangers: {len(told):,} pairs, {alike} taken for copies; the most alike {told[0]:.2f}"
    )


def _looked_up(stories: list[Paragraphs]) -> None:
    """Whether the state finds a copy among all the others, by the part of it that is looked up."""
    near = NearDuplicates(SQLiteState(None))
    for number, story in enumerate(stories):
        one = Sketched(f"{number:032x}", f"{number:064x}", _AT, sketch_of("\n\n".join(story)))
        near.state.keep_sketch(one, before="")
    asked = missed = 0
    for number, story in enumerate(stories):
        whole = sketch_of("\n\n".join(story))
        for make in COPIES.values():
            copy = sketch_of("\n\n".join(make(story, stories[number - 1])))
            if is_alike(whole, copy):
                asked += 1
                found = near.state.sketches(copy)
                missed += f"{number:032x}" not in {one.article for one in found}
    print(f"looked up in the state: {asked:,} copies, {missed} not found")


if __name__ == "__main__":
    main()
