"""How long a call in another process may take, not counting that the processor was with others.

A worker is nice, and on a busy machine waits most of the time: by the clock alone every page would
take too long there, and be killed at work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def at_most(seconds: float, pid: int) -> AsyncIterator[None]:
    """Cancel what is done inside, and raise TimeoutError, once process ``pid`` has run or slept
    for so many seconds; where the system does not tell what it waited for, once they have passed.
    """
    loop = asyncio.get_running_loop()
    waited_before, began = waited_for_processor(pid), time.monotonic()
    timer: asyncio.TimerHandle | None = None
    async with asyncio.timeout(None) as scope:

        def look() -> None:
            nonlocal timer
            waited = waited_for_processor(pid) - waited_before
            left = seconds - (time.monotonic() - began - max(0.0, waited))
            if left > 0:
                timer = loop.call_later(left, look)
            else:
                scope.reschedule(loop.time())

        timer = loop.call_later(seconds, look)
        try:
            yield
        finally:
            timer.cancel()  # also one that look() has set


def waited_for_processor(pid: int) -> float:
    """Seconds that the main thread of a process was ready to run and did not (Linux); else 0."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
