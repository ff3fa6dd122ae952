"""The points that are checked, and what is found against them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["MUST", "SHOULD"]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of WARC/1.1 or of good practice. ``remedy``: what to do about it.

    ``foreign``: what it is worth in an archive that we did not write, None where nothing: there it
    is a habit of ours, or older standards allow what is found.
    """

    level: Level
    about: str
    remedy: str
    foreign: Level | None = None


_COPY = "fetch the file again from a copy"
_WRITER = "keep the file, and tell whoever wrote it"
_INDEX = "make the index again: scrapy index --all"

POINTS: dict[str, Point] = {
    "F01": Point("SHOULD", "file name", "rename it before anything points to it"),
    "F02": Point("MUST", "left-over file", "the next crawl repairs .open; delete .tmp"),
    "F03": Point("MUST", "gzip member", _COPY, "MUST"),
    "F04": Point("MUST", "one record per member", "warcio recompress", "MUST"),
    "F05": Point("MUST", "warcinfo first, with the file's name", "give it its name back", "SHOULD"),
    "F06": Point("SHOULD", "fields of warcinfo", _WRITER, "SHOULD"),
    "F07": Point("SHOULD", "file size", "lower WARC_MAX_BYTES"),
    "R01": Point("MUST", "version line", _WRITER, "MUST"),
    "R02": Point("MUST", "header lines", _WRITER, "MUST"),
    "R03": Point("MUST", "fields that are due once", _WRITER, "MUST"),
    "R04": Point("MUST", "field that repeats", _WRITER, "MUST"),
    "R05": Point("MUST", "record id", _WRITER, "MUST"),
    "R06": Point("MUST", "WARC-Date", _WRITER, "MUST"),
    "R07": Point("MUST", "length and end of the block", _COPY, "MUST"),
    "R08": Point("MUST", "Content-Type", _WRITER, "SHOULD"),
    "R09": Point("MUST", "WARC-Target-URI", _WRITER, "SHOULD"),
    "R10": Point("MUST", "field that its type forbids", _WRITER, "MUST"),
    "R11": Point("SHOULD", "WARC-Warcinfo-ID", _WRITER),
    "R12": Point("MUST", "block digest", _COPY, "MUST"),
    "R13": Point("MUST", "payload digest", _COPY, "MUST"),
    "R14": Point("SHOULD", "form of a digest", _WRITER, "SHOULD"),
    "R15": Point("SHOULD", "WARC-IP-Address", _WRITER, "SHOULD"),
    "R16": Point("MUST", "WARC-Concurrent-To", _WRITER, "SHOULD"),
    "R17": Point("MUST", "one request per response", _WRITER, "SHOULD"),
    "R18": Point("MUST", "WARC-Truncated", _WRITER, "MUST"),
    "R19": Point("MUST", "HTTP response head", _WRITER, "MUST"),
    "R20": Point("MUST", "interim message as a response", _WRITER, "SHOULD"),
    "R21": Point("MUST", "HTTP request", _WRITER, "SHOULD"),
    "R22": Point("MUST", "body longer than its Content-Length", _WRITER, "SHOULD"),
    "R23": Point("MUST", "chunked framing", _WRITER, "SHOULD"),
    "R24": Point("MUST", "cut body without WARC-Truncated", _WRITER, "SHOULD"),
    "R25": Point("SHOULD", "content coding", "read its body as it is", "SHOULD"),
    "R26": Point("MUST", "WARC-Profile of a revisit", _WRITER, "SHOULD"),
    "R27": Point("MUST", "identical-payload-digest revisit", _WRITER, "SHOULD"),
    "R28": Point("SHOULD", "what a revisit refers to", "put that file back", "SHOULD"),
    "R29": Point("SHOULD", "304 as a revisit", _WRITER, "SHOULD"),
    "R30": Point("SHOULD", "WARC-Protocol and WARC-Cipher-Suite", _WRITER),
    "R31": Point("MUST", "HTTP/2 in a record", _WRITER, "MUST"),
    "X01": Point("MUST", "index", _INDEX, "SHOULD"),
    "X02": Point("MUST", "line of an index", _INDEX, "MUST"),
    "X04": Point("MUST", "pointer of a line", "put the WARC back, or replay the archive", "MUST"),
}
"""By the ids of the checklist in docs/archive-tools.md."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something against a point. ``offset`` in bytes, None where it is about a whole file."""

    point: str
    level: Level
    file: str
    offset: int | None
    what: str

    def __str__(self) -> str:
        """One line: level, point, where, what, and what to do."""
        where = self.file if self.offset is None else f"{self.file}:{self.offset}"
        return f"{self.level:<6} {self.point} {where}: {self.what}; {POINTS[self.point].remedy}"


@dataclass(slots=True)
class Findings:
    """Collects findings, and counts those beyond so many of a point and file.

    ``is_foreign``: judge as an archive that we did not write.
    """

    is_foreign: bool
    most: int = 20
    listed: list[Finding] = field(default_factory=list)
    counts: Counter[tuple[Level, str]] = field(default_factory=Counter)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(
        self, point: str, file: str, offset: int | None, what: str, level: Level | None = None
    ) -> None:
        """Take one; ``level`` where it is not the point's own."""
        known = POINTS[point]
        own = known.foreign if self.is_foreign else known.level
        if own is None:
            return
        judged: Level = "SHOULD" if level == "SHOULD" else own
        self.counts[judged, point] += 1
        self._seen[point, file] += 1
        if self._seen[point, file] <= self.most:
            self.listed.append(Finding(point, judged, file, offset, what))

    def take(self, other: Findings) -> None:
        """Add all that another collected."""
        self.listed += other.listed
        self.counts += other.counts
        self._seen += other._seen

    def unlisted(self) -> list[tuple[str, str, int]]:
        """Point, file and count of what is counted and not listed."""
        return [
            (point, file, count - self.most)
            for (point, file), count in sorted(self._seen.items())
            if count > self.most
        ]
