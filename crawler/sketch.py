"""A text in 64 numbers, by which one text is recognised in another. Pure.

The sketch of a text has the smallest hashes of its runs of five words (bottom-k sampling: Broder,
"On the resemblance and containment of documents", 1997). Of two texts it tells how much of the
shorter is in the longer, whatever else the longer has: papers cut a wire story and add to it.
"""

from __future__ import annotations

import hashlib

from crawler.paragraphs import words_of

Sketch = bytes
"""At most 64 hashes of four bytes each, ascending; empty for a text of too few words."""

_WIDTH = 4
_LONGEST = 64 * _WIDTH
_LEAST = 20  # runs of a text that is worth a sketch: below, phrases of everybody's decide
_EVIDENCE = 6  # common hashes without which two texts are taken for strangers
# From this share of the shorter text on; docs/discovery.md has the figures that it was chosen by.
_ALIKE = 0.5
_NO_END = b"\xff" * (_WIDTH + 1)


def sketch_of(text: str) -> Sketch:
    """The sketch of a text; letter case, punctuation and white space count for nothing."""
    runs = runs_of(text)
    if len(runs) < _LEAST:
        return b""
    hashes = {hashlib.blake2b(run, digest_size=_WIDTH).digest() for run in runs}
    return b"".join(sorted(hashes))[:_LONGEST]


def runs_of(text: str) -> set[bytes]:
    """The runs of five words of a text: one word that was changed touches five of them."""
    words = " ".join(words_of(text)).casefold().encode().split()
    return set(map(b" ".join, zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)))


def common_share(a: str, b: str) -> float:
    """How much of the shorter of two texts is in the longer, counted over all their runs."""
    ours, theirs = runs_of(a), runs_of(b)
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def hashes_of(sketch: Sketch) -> list[bytes]:
    """The hashes of a sketch, ascending."""
    return [sketch[at : at + _WIDTH] for at in range(0, len(sketch), _WIDTH)]


def likeness(a: Sketch, b: Sketch) -> float:
    """How much of the shorter of two texts is in the longer, from 0 to 1, by their sketches."""
    # A sketch has all hashes of its text up to its last one: compared is what both have.
    end = min(_end(a), _end(b))
    ours, theirs = ({one for one in hashes_of(sketch) if one <= end} for sketch in (a, b))
    common = len(ours & theirs)
    return common / min(len(ours), len(theirs)) if common >= _EVIDENCE else 0.0


def is_alike(a: Sketch, b: Sketch) -> bool:
    """Whether one of two texts nearly repeats the other."""
    return likeness(a, b) >= _ALIKE


def _end(sketch: Sketch) -> bytes:
    return sketch[-_WIDTH:] if len(sketch) == _LONGEST else _NO_END
