"""Turns: what concerns one story is done one after another, in the order of asking."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable


class Turns:
    """Who holds a set of keys keeps all others who want one of them waiting until it is given back.

    For one event loop. Keys are taken in ascending order, so that no two wait for each other.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}
        self._held: dict[str, tuple[str, ...]] = {}

    async def take(self, holder: str, keys: Iterable[str]) -> None:
        """Wait until all ``keys`` are free and hold them under the name ``holder``."""
        ordered = tuple(sorted(set(keys)))
        for key in ordered:
            queue = self._queues.get(key)
            if queue is None:
                self._queues[key] = deque()
                continue
            turn = asyncio.get_running_loop().create_future()
            queue.append(turn)
            await turn
        self._held[holder] = ordered

    def take_now(self, holder: str, keys: Iterable[str]) -> bool:
        """Hold ``keys`` if all of them are free; else none."""
        ordered = tuple(set(keys))
        if any(key in self._queues for key in ordered):
            return False
        for key in ordered:
            self._queues[key] = deque()
        self._held[holder] = ordered
        return True

    def give(self, holder: str) -> None:
        """Give back what ``holder`` holds, if anything."""
        for key in self._held.pop(holder, ()):
            queue = self._queues[key]
            if queue:
                queue.popleft().set_result(None)
            else:
                del self._queues[key]
