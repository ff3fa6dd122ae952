"""Something for the template of the workers to load: it notes the process that loaded it."""

from __future__ import annotations

import os

LOADED_BY = [0]


def load() -> None:
    LOADED_BY[0] = os.getpid()
