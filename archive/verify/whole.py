"""Checks a whole archive: every WARC file, then what they, the index and the lines say together."""

from __future__ import annotations

import errno
import multiprocessing
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.collection import Collection
from archive.layout import OPEN, TEMPORARY
from archive.merged_index import merged_sources
from archive.verify.finding import Findings
from archive.verify.index import check_index, missing_lines
from archive.verify.ledger import Ledger
from archive.verify.lines import check_lines
from archive.verify.links import check_links
from archive.verify.warc_file import Outcome, Task, check_file

_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked and what was found."""

    warcs: int
    records: int
    index_files: int
    line_files: int
    findings: Findings


def verify(
    collection: Collection, max_bytes: int, progress: Callable[[str], None] = lambda _what: None
) -> Verdict:
    """Check everything in a directory. Raises OSError, also where there is no temporary room.

    ``max_bytes``: the size at which our WARC files are followed by another. Uses every core, and
    the same memory whatever the size; the ledger of all records is a temporary file.
    """
    findings = Findings(is_foreign=not collection.is_ours)
    with TemporaryDirectory(prefix="broadsheet-verify-") as room:
        ledger = Ledger(Path(room, "ledger"))
        try:
            warcs = collection.warcs()
            records = 0
            tasks = _tasks(collection, warcs, room, max_bytes)
            # A single file is done before another process has started.
            outcomes = map(check_file, tasks) if len(warcs) == 1 else _in_parallel(tasks)
            for number, done in enumerate(outcomes, 1):
                progress(f"{number}/{len(warcs)} {done.task.name}")
                findings.take(done.findings)
                ledger.take(done.task.part)
                done.task.part.unlink()
                records += done.records
            ledger.make_ready()
            progress("what the records say of each other")
            for point, file, offset, what in check_links(ledger):
                findings.add(point, file, offset, what)
            indexes = _check_indexes(collection, warcs, ledger, findings, progress)
            lines = _check_articles(collection, ledger, findings, progress)
        except sqlite3.OperationalError as error:
            raise OSError(errno.ENOSPC, f"{error}; set TMPDIR to a disk with room", room) from error
        finally:
            ledger.close()
    _left_over(collection, findings)
    return Verdict(len(warcs), records, indexes, lines, findings)


def _tasks(collection: Collection, warcs: list[Path], room: str, max_bytes: int) -> Iterator[Task]:
    for number, path in enumerate(warcs):
        part = Path(room, f"part-{number}")
        yield Task(path, collection.name_of(path), part, not collection.is_ours, max_bytes)


def _in_parallel(tasks: Iterator[Task]) -> Iterator[Outcome]:
    """The outcomes in order; few are waiting at a time, so that their ledgers need little room."""
    # Not fork: the process that asks has threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=context) as pool:
        waiting = deque(pool.submit(check_file, task) for task in islice(tasks, _AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(check_file, task) for task in islice(tasks, 1))


def _check_indexes(
    collection: Collection,
    warcs: list[Path],
    ledger: Ledger,
    findings: Findings,
    progress: Callable[[str], None],
) -> int:
    root = collection.layout.root
    checked = 0
    for warc in warcs:
        path = collection.cdxj_of(warc)
        name = collection.name_of(warc)
        if not path.is_file():
            findings.add("X01", name, None, "no index of it")
            continue
        progress(path.name)
        _check_one(path, root, [name], ledger, findings)
        checked += 1
    expected = {collection.cdxj_of(warc) for warc in warcs}
    for path in sorted(collection.layout.cdx.rglob("*.cdxj")):
        if path not in expected:
            name = path.relative_to(root).as_posix()
            findings.add("X01", name, None, "the index of a WARC that is not here", "SHOULD")
    if collection.layout.index.is_file():
        merged = set(merged_sources(collection))
        names = [collection.name_of(w) for w in warcs if collection.cdxj_of(w) in merged]
        progress(collection.layout.index.name)
        _check_one(collection.layout.index, root, names, ledger, findings)
        checked += 1
    return checked


def _check_one(
    path: Path, root: Path, files: list[str], ledger: Ledger, findings: Findings
) -> None:
    place = path.relative_to(root).as_posix()
    for point, offset, what in check_index(path, place, ledger):
        findings.add(point, place, offset, what)
    for file, offset in missing_lines(place, files, ledger):
        findings.add("X01", place, None, f"no line for the record at {file}:{offset}")
    ledger.forget_lines()


def _check_articles(
    collection: Collection,
    ledger: Ledger,
    findings: Findings,
    progress: Callable[[str], None],
) -> int:
    paths = sorted(collection.layout.articles.rglob("*.jsonl*")) if collection.is_ours else []
    paths = [path for path in paths if path.name.endswith((".jsonl", ".jsonl.gz"))]
    for path in paths:
        progress(path.name)
        name = path.relative_to(collection.layout.root).as_posix()
        for what in check_lines(path, ledger):
            findings.add("X04", name, None, what)
    return len(paths)


def _left_over(collection: Collection, findings: Findings) -> None:
    """F02: what a run that was killed has left, or one that is at work has not finished."""
    if not collection.is_ours:
        return
    layout = collection.layout
    places = (layout.warc, layout.articles, layout.cdx)
    found = [path for place in places for path in place.rglob("*")]
    for path in sorted([*found, *layout.root.glob("*")]):
        if not path.is_file() or path == layout.lock:
            continue
        name = path.relative_to(layout.root).as_posix()
        if path.name.endswith((OPEN, TEMPORARY)):
            findings.add("F02", name, None, "not finished: a run is at work, or was killed")
        elif path.stat().st_size == 0 and path.parent != layout.root and path.parent != layout.cdx:
            findings.add("F02", name, None, "an empty file")
