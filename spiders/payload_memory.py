"""Where the payloads of a replay are: the session's index, for the thread that reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.originals import Holding, Original
from crawler.session import ArchiveSession
from crawler.state import StateStore


@dataclass(slots=True)
class PayloadMemory:
    """What was held since the last ``settle`` is here, the rest in the state.

    One thread at a time reads, and none while ``settle`` is begun.
    """

    session: ArchiveSession
    loop: asyncio.AbstractEventLoop
    _new: dict[str, Holding] = field(default_factory=dict)

    def hold(self, holding: Holding) -> None:
        """Remember where a payload is."""
        self._new[holding.payload] = holding

    def original_with(self, payload: str) -> Original | None:
        """Where a payload is. Not on the event loop: it waits."""
        if payload in self._new:
            return self._new[payload].original
        looking = self.session.remember(lambda state: state.original_with(payload))
        return asyncio.run_coroutine_threadsafe(looking, self.loop).result()

    async def settle(self) -> None:
        """Tell the state: whoever asks it from now on is told of all that was read."""
        holdings, self._new = list(self._new.values()), {}
        if holdings:
            await self.session.remember(lambda state: _hold(state, holdings))


def _hold(state: StateStore, holdings: Iterable[Holding]) -> None:
    for holding in holdings:
        state.hold(holding)
