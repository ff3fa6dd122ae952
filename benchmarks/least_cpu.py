"""What calls cost, on a machine that others use too.

Whatever else it does makes single calls slower, never faster: the least of a few is stable where a
mean is not.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def least_cpu(calls: Sequence[Callable[[_T], object]], value: _T, rounds: int) -> list[float]:
    """The least CPU of each call on ``value``, in seconds, of so many rounds of all in turns."""
    turns = [[_cpu(call, value) for call in calls] for _ in range(rounds)]
    return [min(costs) for costs in zip(*turns, strict=True)]


def _cpu(call: Callable[[_T], object], value: _T) -> float:
    gc.collect(0)
    began = time.thread_time()
    call(value)
    return time.thread_time() - began
