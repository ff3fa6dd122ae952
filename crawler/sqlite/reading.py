"""The state for those that only look: no lock is needed, and nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.sqlite.ledger import Ledger
from crawler.sqlite.stories import Stories


class _Reading(Stories, Ledger):
    """The stories and the ledger of a state."""

    def __init__(self, path: Path) -> None:
        self._ids = {}
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        self._db.close()


@contextmanager
def read_state(path: Path) -> Iterator[_Reading]:
    """The state at ``path``, as it was committed last. Raises sqlite3.Error."""
    state = _Reading(path)
    try:
        yield state
    finally:
        state.close()
