"""Whether what a WACZ holds can be replayed from it alone: revisits and their originals."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from archive.cdxj import REVISIT_MIME, CdxjEntry, parse_line

_MIME = f'"mime": "{REVISIT_MIME}"'.encode()


def missing_originals(index: Path) -> int:
    """How many payloads that revisits in a CDXJ file refer to are not in it. Raises OSError.

    Reads it twice. Memory grows with the different payloads that came again, not with the captures.
    """
    with index.open("rb") as file:
        missing = {_payload_of(parse_line(line)) for line in file if _MIME in line}
        file.seek(0)
        for line in file:
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
