"""Deadlines for another process that do not count the time it waits for a processor.

A worker is nice: on a machine that is busy with other things it may wait for minutes, and a page is
no worse for that. A call that hangs waits for no processor, and one that loops gets one in the end.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")

# Of the time a call may take: less than that is not worth waiting on for.
_TOO_LITTLE = 0.05
# Times as long as it may take in all: then something is wrong that is not seen here.
_LONGEST = 20.0


async def within(answer: asyncio.Task[_T], pid: int, seconds: float) -> _T:
    """The answer of the process ``pid``, after at most ``seconds`` in which it ran or slept.

    Raises TimeoutError, with the task cancelled. Where the system does not tell (Linux does, in
    /proc/<pid>/schedstat), all time counts.
    """
    waited, left, taken = _seconds_waited(pid), seconds, 0.0
    try:
        while left > _TOO_LITTLE * seconds and taken < _LONGEST * seconds:
            done, _ = await asyncio.wait({answer}, timeout=left)
            if done:
                return answer.result()
            taken += left
            before, waited = waited, _seconds_waited(pid)
            left = waited - before
        raise TimeoutError
    finally:
        answer.cancel()


def _seconds_waited(pid: int) -> float:
    """For a processor, of the process's first thread, since it began."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_bytes().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0
