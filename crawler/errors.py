"""The error family of the crawler: each class names one way for a run to fail and its exit code."""

from __future__ import annotations

from typing import ClassVar


class BroadsheetError(Exception):
    """Root of the family. The message is one line: what, where, what to do.

    ``exit_code`` is what a command that ends with this error returns to the shell.
    """

    exit_code: ClassVar[int] = 1


class ConfigurationError(BroadsheetError):
    """A setting, a spider argument or a source file that cannot be used."""

    exit_code = 2


class StorageError(BroadsheetError):
    """The output directory cannot be written: missing, read-only or full."""

    exit_code = 6


class LockedError(BroadsheetError):
    """Another run is at work in the same output directory (EX_TEMPFAIL of sysexits.h)."""

    exit_code = 75
