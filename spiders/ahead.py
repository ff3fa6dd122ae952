"""What a replay reads ahead of its workers: a handful of pages at a time, off the reactor."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from spiders.recorded import RecordedPage

# A handful, and no more bytes of bodies than that beyond its first page: going to the thread and
# back costs as much as reading a record.
_PAGES = 8
_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class ReadAhead:
    """``pages`` one by one; while a handful is given out the next is read.

    ``settle`` is awaited between the reading of a handful and its first page.
    """

    pages: Iterator[RecordedPage]
    settle: Callable[[], Awaitable[None]]
    _handful: deque[RecordedPage] = field(default_factory=deque)
    _reading: asyncio.Future[list[RecordedPage]] | None = None
    _is_over: bool = False

    async def next(self) -> RecordedPage | None:
        """The next page, or None after the last."""
        if not self._handful and not self._is_over:
            self._handful.extend(await (self._reading or self._read()))
            await self.settle()
            self._is_over = not self._handful
            self._reading = None if self._is_over else self._read()
        return self._handful.popleft() if self._handful else None

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
