"""When an exchange has taken too long to connect, to begin its answer or to go on with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from scrapy.exceptions import DownloadTimeoutError


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that each part of an exchange may take.

    ``connect``: name, TCP and TLS; ``first_byte``: from the request to the first byte of the
    answer; ``idle``: between two pieces of it. The whole of it is Scrapy's own DOWNLOAD_TIMEOUT.
    """

    connect: float
    first_byte: float
    idle: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an exchange is: monotonic instants, None for what has not happened yet."""

    asked_at: float
    sent_at: float | None = None
    last_byte_at: float | None = None


def next_deadline(patience: Patience, progress: Progress) -> tuple[float, str]:
    """The monotonic instant by which something more must have happened, and what it is. Pure."""
    if progress.sent_at is None:
        return progress.asked_at + patience.connect, f"no connection within {patience.connect:g} s"
    if progress.last_byte_at is None:
        limit = patience.first_byte
        return progress.sent_at + limit, f"no answer within {limit:g} s"
    return progress.last_byte_at + patience.idle, f"silent for {patience.idle:g} s"


@asynccontextmanager
async def watched(patience: Patience, progress: Callable[[], Progress]) -> AsyncIterator[None]:
    """Cancel what is done inside when ``progress`` shows that it is overdue.

    Raises DownloadTimeoutError, which says what did not happen in time.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None
    why = ""
    try:
        async with asyncio.timeout(None) as scope:

            def look() -> None:
                nonlocal timer, why
                at, why = next_deadline(patience, progress())
                if loop.time() >= at:
                    scope.reschedule(loop.time())
                else:
                    timer = loop.call_at(at, look)

            look()
            try:
                yield
            finally:
                if timer is not None:
                    timer.cancel()
    except TimeoutError:
        raise DownloadTimeoutError(why) from None
