"""Two texts, paragraph by paragraph: what was added, removed and altered. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from crawler.change import ParagraphChange

# Kana, Han and Thai are written without spaces: each character counts as a word.
_ALONE = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e01-\u0e4e]"
_WORD = re.compile(rf"{_ALONE}|(?:(?!{_ALONE})\w)+")
_HAS_ALONE = re.compile(_ALONE)
_SPACED_WORD = re.compile(r"\w+")
# From this share of common words on, two paragraphs are one that was altered.
_ALIKE = 0.5
# Pairs that are weighed in one block of changed paragraphs; of a larger one, by position.
_MAX_PAIRS = 900
# Words of one paragraph whose order is compared; beyond, all counts as changed.
_MAX_WORDS = 4000


@dataclass(frozen=True, slots=True)
class TextDiff:
    """The paragraphs that differ, and the share of words that do: None where there are none."""

    changes: tuple[ParagraphChange, ...]
    share: float | None


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text whose paragraphs are parted by an empty line."""
    return [part for part in text.split("\n\n") if part.strip()]


def words_of(text: str) -> list[str]:
    """The words of a text; in scripts without spaces, its characters."""
    # The plain pattern says the same of most texts, in a fifth of the time.
    word = _SPACED_WORD if text.isascii() or not _HAS_ALONE.search(text) else _WORD
    return word.findall(text)


def compare_texts(before: str, after: str, plain: Callable[[str], str] = str) -> TextDiff:
    """What differs between two texts. ``plain`` gives the form in which paragraphs are compared."""
    old, new = paragraphs_of(before), paragraphs_of(after)
    matcher = SequenceMatcher(None, [*map(plain, old)], [*map(plain, new)], autojunk=False)
    changes: list[ParagraphChange] = []
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        if operation != "equal":
            changes += _block(old[i1:i2], new[j1:j2], i1, j1)
    total = len(words_of(before)) + len(words_of(after))
    changed = sum(_words_changed(change) for change in changes)
    return TextDiff(tuple(changes), round(changed / total, 4) if total else None)


def _block(
    old: Sequence[str], new: Sequence[str], old_at: int, new_at: int
) -> Iterator[ParagraphChange]:
    """The changes of neighbouring paragraphs, none of which is the same in both."""
    done_old = done_new = 0
    for i, j in [*_pairs(old, new), (len(old), len(new))]:
        for index in range(done_old, i):
            yield ParagraphChange(at=old_at + index, was=old[index])
        for index in range(done_new, j):
            yield ParagraphChange(at=new_at + index, now=new[index])
        if i < len(old) and j < len(new):
            yield ParagraphChange(at=new_at + j, was=old[i], now=new[j])
        done_old, done_new = i + 1, j + 1


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which old paragraph became which new one, in ascending order: the most alike first."""
    if len(old) * len(new) > _MAX_PAIRS:
        return [(n, n) for n in range(min(len(old), len(new))) if _likeness(old[n], new[n])]
    weighed = [
        (likeness, i, j)
        for i, was in enumerate(old)
        for j, now in enumerate(new)
        if (likeness := _likeness(was, now))
    ]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(weighed, key=lambda w: (-w[0], w[1], w[2])):
        if all((i < a and j < b) or (i > a and j > b) for a, b in pairs):
            pairs.append((i, j))
    return sorted(pairs)


def _likeness(was: str, now: str) -> float:
    """Share of words that two paragraphs have in common; 0 where they are not alike."""
    old, new = words_of(was), words_of(now)
    if max(len(old), len(new)) > _MAX_WORDS:
        return 0.0
    ratio = SequenceMatcher(None, old, new, autojunk=False).quick_ratio() if old and new else 0.0
    return ratio if ratio >= _ALIKE else 0.0


def _words_changed(change: ParagraphChange) -> int:
    old, new = words_of(change.was or ""), words_of(change.now or "")
    if not old or not new or max(len(old), len(new)) > _MAX_WORDS:
        return len(old) + len(new)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    # Only signs differ, or the order: that is a change of at least one word on each side.
    return max(len(old) + len(new) - 2 * same, 2)
