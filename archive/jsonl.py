"""JSON Lines by day: appended as text, published as gzip, readable after any crash."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.durable import sync_directory, write_whole
from archive.jsonl_finish import finish, open_name
from archive.jsonl_reader import BadLine, iter_lines
from archive.jsonl_recovery import RecoveredJsonl, recover
from archive.layout import jsonl_path

__all__ = ["BadLine", "JsonlWriter", "RecoveredJsonl", "iter_lines", "recover"]

# A replay goes through captures of any day; descriptors are few, days are many.
_MAX_OPEN = 32
