"""Precedence: two lines wait for what is free, and one of them goes first, within reason."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")

# Three of four: the other line moves too while a thousand of the first come at once.
_IN_A_ROW = 3


@dataclass(slots=True)
class Precedence(Generic[_T]):
    """What is free, the last that was given first, and who waits for it, each line in its order.

    While both lines wait, one of four turns is the second line's. For one event loop.
    """

    _free: deque[_T] = field(default_factory=deque)
    _first: deque[asyncio.Future[_T]] = field(default_factory=deque)
    _second: deque[asyncio.Future[_T]] = field(default_factory=deque)
    _row: int = 0

    async def take(self, *, goes_first: bool) -> _T:
        """Wait for one's turn. Raises what ``refuse`` was told."""
        if self._free:
            return self._free.pop()
        turn: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        (self._first if goes_first else self._second).append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            # It may have been given in the very round of the loop that cancels: on to the next.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give(turn.result(), is_idle=False)
            raise

    def give(self, value: _T, *, is_idle: bool) -> None:
        """Hand ``value`` to whoever is next, or keep it: what is idle is taken before the rest."""
        turn = self._next()
        if turn is not None:
            turn.set_result(value)
        elif is_idle:
            self._free.append(value)
        else:
            self._free.appendleft(value)

    def refuse(self, error: Exception) -> None:
        """Send all who wait away with ``error``."""
        while turn := self._next():
            turn.set_exception(error)

    def _next(self) -> asyncio.Future[_T] | None:
        for line in (self._first, self._second):
            while line and line[0].done():  # cancelled while it waited
                line.popleft()
        if self._first and not (self._second and self._row == _IN_A_ROW):
            self._row += 1
            return self._first.popleft()
        self._row = 0
        return self._second.popleft() if self._second else None
