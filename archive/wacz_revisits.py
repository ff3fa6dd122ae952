"""Whether what a WACZ holds can be replayed from it alone: revisits and their originals."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from archive.cdxj import REVISIT_MIME, CdxjEntry, parse_line

_MIME = f'"mime": "{REVISIT_MIME}"'.encode()


class Revisits:
    """Collects what the revisits among CDXJ lines refer to; then looks for it.

    Memory grows with the different payloads that came again, 8 bytes each and the set's own, not
    with the captures.
    """

    def __init__(self) -> None:
        self._wanted: set[bytes] = set()

    def note(self, line: bytes) -> None:
        """Take notice of a line."""
        if _MIME in line:
            self._wanted.add(_payload_of(parse_line(line)))

    def without_original(self, lines: Iterable[bytes]) -> int:
        """How many payloads that the noted revisits refer to are not in ``lines``."""
        missing = set(self._wanted)
        for line in lines:
            if not missing:
                break
            if _MIME not in line:
                entry = parse_line(line)
                # A 304 names no payload: any earlier whole answer of its URL may be its original.
                missing -= {_payload_of(entry), _key(entry.key)}
        return len(missing)


def _payload_of(entry: CdxjEntry) -> bytes:
    return _key(entry.digest or entry.key)


def _key(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()
