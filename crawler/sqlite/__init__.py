"""The state in SQLite: a file for each concern, one connection for all."""

from crawler.sqlite.schema import NewerStateError
from crawler.sqlite.store import SQLiteState

__all__ = ["NewerStateError", "SQLiteState"]
