"""The archive session's memory of listings: their rates, and how far each backfill is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.session import ArchiveSession
from crawler.state import Lead, StateStore, Tracked, WalkProgress, WalkStep, note_listed


@dataclass(frozen=True, slots=True)
class ListingMemory:
    """Asks and tells the state of ``session``, on its writer thread. Everything raises OSError."""

    session: ArchiveSession

    async def tracked(self, source_ids: Iterable[str]) -> dict[str, Tracked]:
        """Every listing of these sources that was ever polled, by URL."""
        ids = tuple(source_ids)
        found = await self.session.remember(lambda state: list(state.tracked(ids)))
        return {listing.url: listing for listing in found}

    async def track(self, listing: Tracked) -> None:
        """Remember how a poll went and when the next one is due."""
        await self.session.remember(lambda state: state.track(listing))

    async def keep_children(self, parent: str, urls: Iterable[str]) -> None:
        """Forget the sitemaps that an index no longer names."""
        named = tuple(urls)
        await self.session.remember(lambda state: state.keep_children(parent, named))

    async def walk_left(self, begin: Iterable[WalkStep]) -> list[WalkStep]:
        """What a backfill has to walk through: where it begins, and where it was interrupted."""
        steps = tuple(begin)
        left = await self.session.remember(lambda state: _begin(state, steps))
        await self.session.sync()
        return left

    async def walked(
        self, step: WalkStep, leads: Iterable[Lead], further: Iterable[WalkStep]
    ) -> tuple[list[Lead], list[WalkStep]]:
        """A listing of a backfill was read: in one commit, what it showed and that it is done.

        Gives the leads that are to be fetched, and the further listings that are new.
        """
        shown, named = tuple(leads), tuple(further)

        def record(state: StateStore) -> tuple[list[Lead], list[WalkStep]]:
            fresh = [lead for lead in shown if note_listed(state, lead)]
            added = [one for one in named if state.walk_add(one)]
            state.walk_done(step)
            return fresh, added

        recorded = await self.session.remember(record)
        # As after a poll: what was discovered is durable before it is fetched.
        await self.session.sync()
        return recorded

    async def walk_failed(self, step: WalkStep, most: int) -> None:
        """A listing of a backfill did not answer; at the ``most``-th time it is given up."""

        def record(state: StateStore) -> None:
            if state.walk_failed(step) >= most:
                state.walk_done(step)

        await self.session.remember(record)

    async def walk_progress(self, job: str, source_ids: Iterable[str]) -> WalkProgress:
        """How far a backfill is."""
        ids = tuple(source_ids)
        return await self.session.remember(lambda state: state.walk_progress(job, ids))


def _begin(state: StateStore, begin: tuple[WalkStep, ...]) -> list[WalkStep]:
    for step in begin:
        state.walk_add(step)
    walks = dict.fromkeys((step.job, step.source_id) for step in begin)
    return [left for job, source in walks for left in state.walk_left(job, [source])]
