"""The captures in WARC files, put together again from their records by a parser of the tests' own,
and each beside the exchange that the server logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.archive.raw_warc import RawRecord, raw_records
from tests.quirks.origin import Exchange


@dataclass(slots=True)
class Captured:
    """The records of one capture. ``final`` is the response or revisit, if there is one."""

    requests: list[RawRecord] = field(default_factory=list)
    finals: list[RawRecord] = field(default_factory=list)
    metadata: dict[str, list[RawRecord]] = field(default_factory=lambda: defaultdict(list))

    @property
    def request(self) -> RawRecord:
        (request,) = self.requests
        return request

    @property
    def final(self) -> RawRecord | None:
        return self.finals[0] if self.finals else None

    def bytes_of(self, kind: str) -> bytes:
        """The blocks of all metadata records of a kind, in their order."""
        return b"".join(record.block for record in self.metadata[kind])

    @property
    def answer(self) -> bytes:
        """All that came in answer, in the order in which it came."""
        final = self.final.block if self.final else self.bytes_of("answer-bytes")
        return self.bytes_of("interim-response") + final + self.bytes_of("surplus-bytes")

    @property
    def truncated(self) -> str | None:
        """WARC-Truncated of what came, wherever it was put; a revisit's own reason is none."""
        if self.final and self.final["WARC-Type"] == "revisit":
            return None
        marked = [*self.finals, *self.metadata["answer-bytes"]]
        return next((r["WARC-Truncated"] for r in marked if "WARC-Truncated" in r), None)


@dataclass(frozen=True, slots=True)
class Pair:
    """An exchange and its capture; one of them is None where the other stands alone."""

    exchange: Exchange | None
    captured: Captured | None

    @property
    def name(self) -> str:
        if self.exchange is not None:
            quirk = self.exchange.quirk
            return quirk.name if quirk else self.exchange.request[:60].decode("latin-1")
        assert self.captured is not None
        return self.captured.request["WARC-Target-URI"]


def captures_of(records: Iterable[RawRecord]) -> list[Captured]:
    """Records that are concurrent to each other, together."""
    found: dict[str, Captured] = defaultdict(Captured)
    for record in records:
        kind = record["WARC-Type"]
        if kind == "warcinfo":
            continue
        own = record["WARC-Record-ID"]
        captured = found[next(iter(record.all("WARC-Concurrent-To")), own)]
        if kind == "request":
            captured.requests.append(record)
        elif kind in ("response", "revisit"):
            captured.finals.append(record)
        else:
            assert kind == "metadata"
            captured.metadata[record["WARC-Target-URI"].split(":")[1]].append(record)
    return list(found.values())


def pairs_of(log: Iterable[Exchange], captures: Sequence[Captured]) -> list[Pair]:
    """Each exchange beside the capture with the very same request bytes; of several, by time."""
    exchanges: dict[bytes, list[Exchange]] = defaultdict(list)
    for exchange in log:
        exchanges[exchange.request].append(exchange)
    captured: dict[bytes, list[Captured]] = defaultdict(list)
    for capture in sorted(captures, key=lambda c: c.request["WARC-Date"]):
        captured[capture.request.block].append(capture)
    pairs = []
    for request in {*exchanges, *captured}:
        left, right = exchanges[request], captured[request]
        for index in range(max(len(left), len(right))):
            pairs.append(
                Pair(
                    left[index] if index < len(left) else None,
                    right[index] if index < len(right) else None,
                )
            )
    return pairs


def records_below(directory: Path) -> dict[Path, list[RawRecord]]:
    """All records of all files."""
    return {path: raw_records(path) for path in sorted(directory.glob("*.warc.gz"))}
