"""The error family of the archive. A message is one line: what, where, what to do."""

from __future__ import annotations


class ArchiveError(Exception):
    """Root of the family."""


class CorruptRecord(ArchiveError):
    """Bytes that are no WARC record, or a record that does not hold what its type promises."""


class TornFile(ArchiveError):
    """A file that ends in the middle of a record: its writer died, or the copy is not whole."""


class PointerError(ArchiveError):
    """A pointer that leads nowhere: no such file, no start of a record, or another record."""


class DecodeError(ArchiveError):
    """A transfer or content coding that is broken or ends early.

    It is raised after everything that could be decoded was given.
    """


class UnfinishedCoding(DecodeError):
    """A coding that ends early, or whose checksum is wrong: what was given may be all there is."""
