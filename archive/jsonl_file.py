"""One file of JSON Lines: reading it whatever its state, and finishing it."""

from __future__ import annotations

import json
import logging
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.codings import pieces
from archive.durable import publish, sync_directory
from archive.errors import CorruptRecord, TornFile
from archive.layout import OPEN, TEMPORARY
from archive.members import Members

logger = logging.getLogger(__name__)

_MAX_LINE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no JSON object, or where a file ends early. ``number`` counts from 1."""

    path: Path
    number: int
    reason: str

    def __str__(self) -> str:
        """One line for the log."""
        return f"{self.path}, line {self.number}: {self.reason}"


def iter_lines(
    path: Path, on_bad: Callable[[BadLine], None] | None = None
) -> Iterator[dict[str, object]]:
    """The objects of a ``.jsonl.gz``, ``.jsonl`` or ``.jsonl.open``, streamed.

    Lines that are no object, and a torn end, go to ``on_bad``, or as warnings to the log. Raises
    OSError only.
    """
    tell = on_bad or _warn
    number = 0
    with path.open("rb") as file:
        members = Members(file, str(path), _MAX_LINE)
        try:
            while members.next_member():
                while line := members.readline():
                    number += 1
                    value = parse_line(line)
                    if value is not None:
                        yield value
                    elif line.strip():
                        whole = line.endswith(b"\n")
                        tell(BadLine(path, number, "no JSON object" if whole else "ends early"))
        except (TornFile, CorruptRecord) as error:
            tell(BadLine(path, number + 1, str(error)))


def parse_line(line: bytes) -> dict[str, object] | None:
    """The object of a line, or None where it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def open_path_of(final: Path) -> Path:
    """The name that ``<run>-NNNNN.jsonl.gz`` has while it is written: ``….jsonl.open``."""
    return final.with_name(final.name.removesuffix(".gz") + OPEN)


def final_path_of(open_path: Path) -> Path:
    """The reverse of ``open_path_of``."""
    return open_path.with_name(open_path.name.removesuffix(OPEN) + ".gz")


def finish(open_path: Path) -> Path:
    """Compress a whole ``.jsonl.open`` under its final name, durably; gives that name.

    Ends the same whenever it is repeated after a crash: the bytes are a function of the lines, and
    the ``.open`` goes last. Raises OSError, with the ``.open`` as it was.
    """
    final = final_path_of(open_path)
    temporary = final.with_name(final.name + TEMPORARY)
    try:
        _compress(open_path, temporary)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    publish(temporary, final)
    open_path.unlink()
    sync_directory(final.parent)
    return final


def _compress(source: Path, target: Path) -> None:
    # A gzip header of zlib's has neither time nor name, so the same lines give the same bytes.
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    with source.open("rb") as lines, target.open("wb") as file:
        for piece in pieces(lines):
            file.write(engine.compress(piece))
        file.write(engine.flush())
        file.flush()
        os.fsync(file.fileno())


def _warn(bad: BadLine) -> None:
    logger.warning("Passed over %s", bad)
