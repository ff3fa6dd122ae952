"""The farm's pages as a server sends them: gzip, ready to write, and no two alike.

Each page is compressed once. A copy differs by a tail at its end: deflate lets blocks be strung
together at a byte boundary, and CRC-32 goes on from where it was, so a copy costs microseconds.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import struct
import zlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import ClassVar

from benchmarks import devset
from benchmarks.environments import BUILD
from crawler.demo.outlets import load_outlets
from crawler.demo.site import build_site

_MEMBER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952 2.3: deflate, no name, no time


@dataclass(frozen=True, slots=True)
class Body:
    """One page: raw deflate up to a byte boundary, with the CRC-32 and length of what it holds."""

    content_type: str
    deflated: bytes
    crc: int
    length: int

    # What tells one copy from another. No field: pages are pickled below build/.
    TAIL: ClassVar[bytes] = b"\n<!-- %d -->\n"

    def copy(self, number: int) -> bytes:
        """The gzip of the page with ``number`` in the tail at its end."""
        tail = self.TAIL % number
        stored = struct.pack("<BHH", 1, len(tail), len(tail) ^ 0xFFFF) + tail  # RFC 1951 3.2.4
        check = struct.pack("<II", zlib.crc32(tail, self.crc), self.length + len(tail) & 0xFFFFFFFF)
        return _MEMBER + self.deflated + stored + check


def body_of(html: bytes, charset: str | None) -> Body:
    """A page, compressed as servers do (level 6)."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = squeeze.compress(html) + squeeze.flush(zlib.Z_FULL_FLUSH)
    content_type = f"text/html; charset={charset}" if charset else "text/html"
    return Body(content_type, deflated, zlib.crc32(html), len(html))


class _Told(Body):
    """A page that tells its number, so that no two have the same text."""

    __slots__ = ()
    TAIL = b"<p>It is the %d. bridge that the council has agreed on since the great flood.</p>"


def small_body() -> Body:
    """A page of four paragraphs, and of a fifth that no other copy has."""
    text = "<p>The council met on Tuesday and agreed, after a long debate, on the new bridge.</p>"
    html = f"<html><head><title>The bridge</title></head><body><h1>The bridge</h1>{text * 4}</body>"
    return _Told(*astuple(body_of(html.encode(), "utf-8")))


def bodies() -> list[Body]:
    """The dev set's pages; where that is not at hand, those of the sample newspaper."""
    if not devset.exists():
        return [body_of(html, charset) for html, charset in _sample_pages()]
    kept = BUILD / "farm" / "bodies.pickle"
    gold = devset.devset() / "gold.jsonl"
    if not kept.exists() or kept.stat().st_mtime < gold.stat().st_mtime:
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = pickle.dumps([body_of(html, charset) for html, charset in _pages()])
        temporary = kept.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(made)
        temporary.replace(kept)
    found: list[Body] = pickle.loads(kept.read_bytes())  # noqa: S301 - our own
    return found


def _pages() -> Iterator[tuple[bytes, str | None]]:
    folder = devset.devset()
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield gzip.decompress((folder / row["page"]).read_bytes()), row["charset"]


def _sample_pages() -> Iterator[tuple[bytes, str | None]]:
    for outlet in load_outlets():
        site = build_site(outlet, "http://farm.example", 1)
        for story in outlet.stories:
            page = site[outlet.story_path(story)]
            if page.status == 200:
                yield page.body, page.content_type.partition("charset=")[2] or None
