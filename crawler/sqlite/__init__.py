"""The state in SQLite: a file for each concern, one connection for all."""

from crawler.sqlite.store import SQLiteState

__all__ = ["SQLiteState"]
