"""The fingerprints of a run's requests, in a dozen bytes each instead of a hundred."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import blake2b
from secrets import token_bytes

# An insertion moves the half of a drawer: 4 kB of it with a million fingerprints, and there is no
# table to be made anew at once, which for a million takes a set 20 ms.
_DRAWERS = 1024


class Fingerprints:
    """A set to which one can only add. It keeps 64 bits of each, in sorted drawers.

    That two of a million have the same is as likely as 3 in 100 million (n² / 2⁶⁵), and the second
    would not be requested in this run. The 64 bits are made with a key of the process: with the
    fingerprint's own, whoever chooses URLs could look for one that is taken for somebody else's.
    """

    def __init__(self) -> None:
        self._key = token_bytes(16)
        self._drawers = [array("Q") for _ in range(_DRAWERS)]

    def add(self, fingerprint: bytes) -> bool:
        """Whether it was not there yet."""
        digest = blake2b(fingerprint, digest_size=8, key=self._key).digest()
        number = int.from_bytes(digest, "big")
        drawer = self._drawers[number % _DRAWERS]
        place = bisect_left(drawer, number)
        if place < len(drawer) and drawer[place] == number:
            return False
        drawer.insert(place, number)
        return True

    def __len__(self) -> int:
        return sum(map(len, self._drawers))
