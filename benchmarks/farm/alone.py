"""The bound of a replay: the workers' call alone, in as many processes as there are cores.

    python -m benchmarks.farm.alone WARC SKIP

Reads the WARC as a replay does, holds its pages, and lets the processes loose on them, each taking
the next page that is left. Prints JSON: pages a second, and ms of CPU a page, both without the
first SKIP pages.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from archive.warc_files import WarcFile
from crawler.extensions import PAGE_READERS
from crawler.readback import PageReader
from crawler.sqlite import SQLiteState
from crawler.wire_page import WirePage, read_wire
from crawler.worker_template import prepare
from spiders.recorded import Limits, Recording

_MOST = 50_000_000


def pages_of(warc: Path) -> Iterator[WirePage]:
    """The workers' arguments, as a replay makes them."""
    file = WarcFile(warc, warc.name)
    reader = PageReader(file.record, _MOST)
    recording = Recording(Limits(_MOST, 1.0), reader, SQLiteState(None), lambda what: None)
    for recorded in recording.pages(file):
        yield WirePage(recorded.page, recorded.codings, _MOST)


def _work(warc: Path, skip: int, turn: Any, pipe: Connection) -> None:  # a Synchronized[int]
    pages = list(pages_of(warc))
    prepare(PAGE_READERS)  # as a replay's workers are
    pipe.send(len(pages))
    pipe.recv()
    began = cpu = 0.0
    while True:
        with turn:
            number, turn.value = turn.value, turn.value + 1
        if not began and number >= skip:
            began, cpu = time.monotonic(), time.process_time()
        if number >= len(pages):
            break
        read_wire(pages[number])
    pipe.send((began, time.monotonic(), time.process_time() - cpu))


def main() -> None:
    warc, skip = Path(sys.argv[1]), int(sys.argv[2])
    context = multiprocessing.get_context("spawn")
    turn = context.Value("i", 0)
    pipes = []
    for _ in range(os.cpu_count() or 1):
        here, there = context.Pipe()
        context.Process(target=_work, args=(warc, skip, turn, there), daemon=True).start()
        pipes.append(here)
    (count,) = {pipe.recv() for pipe in pipes}
    for pipe in pipes:
        pipe.send(None)
    began, ended, cpu = zip(*(pipe.recv() for pipe in pipes), strict=True)
    pages = count - skip
    rate = pages / (max(ended) - min(began))
    print(json.dumps({"rate": rate, "cpu_ms": 1e3 * sum(cpu) / pages}))


if __name__ == "__main__":
    main()
