"""What makes the records, by name and version: told without loading it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files

_VERSION = "0.1.0"
_DATA = ("words.toml", "blocks_model.json")


@cache
def extractor_id() -> str:
    """``broadsheet/version+digest``, over the word lists, the block model and the engine."""
    data = [files(__package__).joinpath(name).read_bytes() for name in _DATA]
    digest = hashlib.sha256(b"".join(data) + version("trafilatura").encode()).hexdigest()[:12]
    return f"broadsheet/{_VERSION}+{digest}"
