"""What earlier captures hold, so that a payload that came again is referred to, not repeated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from archive.layout import OPEN


@dataclass(frozen=True, slots=True)
class Original:
    """A whole response record that revisits may refer to (6.7).

    ``record_id`` without angle brackets; ``target_uri`` and ``date`` as they stand in the record;
    ``file``: the name of the WARC file that it is in, ``offset``: where; None where it was noted
    before offsets were.
    """

    record_id: str
    target_uri: str
    date: str
    file: str
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What the newest capture of ``target_uri`` holds: the payload that ``original`` has.

    ``payload``: the key of the payload. ``validated``: the server gave a validator with it, so that
    a later answer may be 304.
    """

    target_uri: str
    payload: str
    original: Original
    validated: bool


class Originals(Protocol):
    """A memory of holdings."""

    def original_with(self, payload: str) -> Original | None:
        """The record that has this payload."""

    def original_of(self, target_uri: str) -> Original | None:
        """The record that has the payload that was last validated for this URI."""


class NoOriginals:
    """A memory of nothing: every response is written whole."""

    def original_with(self, _payload: str) -> None:
        """None."""

    def original_of(self, _target_uri: str) -> None:
        """None."""


@dataclass(frozen=True, slots=True)
class OriginalsAtHand:
    """Those whose file is in ``directory``: an archive of which a part was taken away is not to
    refer to that part."""

    memory: Originals
    directory: Path

    def original_with(self, payload: str) -> Original | None:
        """As the memory says."""
        return self._checked(self.memory.original_with(payload))

    def original_of(self, target_uri: str) -> Original | None:
        """As the memory says."""
        return self._checked(self.memory.original_of(target_uri))

    def _checked(self, original: Original | None) -> Original | None:
        if original is None:
            return None
        names = (original.file, f"{original.file}{OPEN}")
        return original if any((self.directory / name).exists() for name in names) else None


def payload_key(payload_digest: str, transfer_codings: list[str]) -> str:
    """One name for payloads that can stand for each other.

    A player serves the head of the revisit with the body of the original as it is stored, so the
    two must agree on whether that is chunked.
    """
    return " ".join([payload_digest, *transfer_codings])
