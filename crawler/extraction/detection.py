"""The language of a text by py3langid's model, walked by numpy: the same answers, sooner.

The model is an automaton over bytes and a naive Bayes table. py3langid walks the automaton in
Python, a byte at a time, and each step waits for memory (its table is 39 MB). The state behind a
byte depends on the last few bytes alone, as many as the longest n-gram has; so the states behind
all bytes are found at once, one gather for each of these bytes.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

Array = Any  # numpy's arrays: their shapes say more than their types

LONGEST = 6
"""Bytes of the model's longest n-gram; a test counts them."""


@dataclass(frozen=True, slots=True)
class Detector:
    """``after[row[state] + byte]`` is the next state, ``feature[state]`` what it counts, or -1."""

    after: Array
    row: Array
    feature: Array
    weights: Array  # features by languages
    bias: Array
    languages: tuple[str, ...]

    def detect(self, text: str) -> tuple[str, float]:
        """The likeliest language of a text, ISO 639, and its probability."""
        data = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        encoded = data.encode("utf-8", "surrogatepass")
        odds = self._score(encoded) * (1 / math.sqrt(len(encoded) or 1))
        chances = np.exp(odds - odds.max())
        # A language may have a column for each of its scripts.
        total: dict[str, float] = dict.fromkeys(self.languages, 0.0)
        for language, chance in zip(
            self.languages, (chances / chances.sum()).tolist(), strict=True
        ):
            total[language] += chance
        best = max(total, key=total.__getitem__)
        return best, total[best]

    def _score(self, data: bytes) -> Array:
        found = self.feature[self._states(data)]
        counts = Counter(found[found >= 0].tolist())
        if not counts:
            return np.zeros(len(self.languages), dtype=np.float32)
        which = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        return np.log1p(often) @ self.weights[which] + self.bias

    def _states(self, data: bytes) -> Array:
        """The state behind each byte: that of a walk over the bytes up to it, from the start."""
        read = np.frombuffer(data, dtype=np.uint8)
        states = np.zeros(len(read), dtype=np.uint32)
        for back in range(min(LONGEST, len(read)) - 1, -1, -1):
            states[back:] = self.after[self.row[states[back:]] + read[: len(read) - back]]
        return states


@cache
def detector() -> Detector:
    """The model that py3langid carries, for all its languages."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    return Detector(
        after=np.frombuffer(model.tk_nextmove, dtype=np.uint32),
        row=np.asarray(model.tk_row, dtype=np.uint32) << 8,
        feature=np.asarray(model.tk_output, dtype=np.int32),
        weights=model.nb_ptc,
        bias=model.nb_pc,
        languages=tuple(model.nb_classes),
    )
