"""What the garbage collector is spared: in the crawler's process, and in the workers' template."""

from __future__ import annotations

import gc

_COLLECTED_AT = 10_000
"""New objects after which the youngest are looked at. With Python's 700 it took a tenth of the
reactor's time, as requests under way are thousands of objects that are no garbage, and a fiftieth
of a page's in a worker, where reading a page leaves no cycles behind."""


def set_aside() -> None:
    """Take what is there now out of the collector's rounds, and let it look at new objects less
    often. ``gc.unfreeze()`` and ``gc.set_threshold()`` undo it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AT, *gc.get_threshold()[1:])
