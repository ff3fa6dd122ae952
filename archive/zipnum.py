"""ZipNum: a sorted CDXJ in gzip blocks, and an index of the blocks (``.cdx.gz`` and ``.idx``).

A player reads the small index whole and fetches only the blocks that a URL can be in. Laid out as
pywb defined it and as py-wacz writes it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from itertools import islice
from typing import IO

LINES_A_BLOCK = 1024
"""As in py-wacz and archiveweb.page."""


def write_zipnum(lines: Iterable[bytes], data: IO[bytes], index: IO[bytes], data_name: str) -> int:
    """Write sorted CDXJ lines, with their line ends, as blocks; gives how many there were.

    ``data_name``: the name that the blocks' file will have. Nothing is written for no lines.
    """
    source = iter(lines)
    offset = 0
    count = 0
    while block := list(islice(source, LINES_A_BLOCK)):
        if not offset:
            index.write(_index_line("!meta 0", {"format": "cdxj-gzip-1.0", "filename": data_name}))
        # zlib's gzip header has neither time nor name: the same lines give the same bytes.
        engine = zlib.compressobj(wbits=31)
        packed = engine.compress(b"".join(block)) + engine.flush()
        place = {
            "offset": offset,
            "length": len(packed),
            "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
        }
        index.write(_index_line(block[0].partition(b" {")[0].decode(), place))
        offset += data.write(packed)
        count += len(block)
    return count


def _index_line(prefix: str, values: dict[str, object]) -> bytes:
    return f"{prefix} {json.dumps(values)}\n".encode()
