"""What a replay reads ahead of its workers: a handful of pages at a time, off the reactor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from spiders.recorded import RecordedPage

# A handful: to the reading thread and to a worker, going there and back costs as much as reading a
# record. Bytes of bodies behind which it takes no further page.
_PAGES = 8
_BYTES = 1024 * 1024


@dataclass(slots=True)
class ReadAhead:
    """``pages`` by the handful; while one is given out the next is read.

    ``settle`` is awaited when a handful was read, before it is given out.
    """

    pages: Iterator[RecordedPage]
    settle: Callable[[], Awaitable[None]]
    _reading: asyncio.Future[list[RecordedPage]] | None = None

    async def next(self) -> list[RecordedPage]:
        """The next handful; an empty one at the end. Not to be asked again after that."""
        handful = await (self._reading or self._read())
        await self.settle()
        self._reading = self._read() if handful else None
        return handful

    def _read(self) -> asyncio.Future[list[RecordedPage]]:
        return asyncio.get_running_loop().run_in_executor(None, _handful_of, self.pages)


def _handful_of(pages: Iterator[RecordedPage]) -> list[RecordedPage]:
    handful: list[RecordedPage] = []
    size = 0
    for page in pages:
        handful.append(page)
        size += len(page.page.body)
        if len(handful) >= _PAGES or size >= _BYTES:
            break
    return handful
