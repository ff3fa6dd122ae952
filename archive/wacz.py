"""Packs WARC files with an index, a list of pages and a manifest: WACZ 1.1.1."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from archive.durable import publish
from archive.errors import ArchiveError
from archive.layout import TEMPORARY
from archive.wacz_index import PackedWarc, merge_index
from archive.wacz_revisits import missing_originals
from archive.wacz_zip import PackageWriter
from archive.zipnum import write_zipnum

WACZ_VERSION = "1.1.1"

_INDEX = "index.cdx.gz"

# hasText lets a player search the texts. Of one length, so that one can replace the other once the
# pages are known.
_PAGES_WITH_TEXT = (
    b'{"format": "json-pages-1.0", "id": "pages", "title": "Pages", "hasText": true}\n'
)
_PAGES_HEADER = _PAGES_WITH_TEXT.replace(b', "hasText": true}', b"}".ljust(18))


@dataclass(frozen=True, slots=True)
class WaczPage:
    """An entry of the list of pages. ``captured_at`` as its record has it; ``url`` likewise."""

    id: str
    url: str
    captured_at: str
    title: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class WaczAbout:
    """What the manifest says of the whole. ``created``: aware; also the time of every member.

    ``main_page``: the URL to begin with; None for that of the first page.
    """

    title: str
    software: str
    created: datetime
    description: str = ""
    main_page: str | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """What a package holds: WARC files, captures in the index, pages; ``size`` in bytes.

    ``missing``: payloads that its revisits refer to and that are in none of its files.
    """

    warcs: int
    captures: int
    pages: int
    missing: int
    size: int


@dataclass(frozen=True, slots=True)
class Observer:
    """Who is told: ``bytes_copied`` of each piece of a WARC, ``damage`` of what cannot be read."""

    bytes_copied: Callable[[int], None] = lambda _count: None
    damage: Callable[[ArchiveError], None] = lambda _error: None


def write_wacz(
    target: Path,
    warcs: Sequence[PackedWarc],
    pages: Iterable[WaczPage],
    about: WaczAbout,
    observer: Observer | None = None,
) -> Packed:
    """Write ``target``, whole or not at all; a file of that name is replaced.

    WARC files are stored as they are, so that a player reads single records in place. Memory does
    not grow with what is packed. The same input gives the same bytes. Raises OSError, and
    ArchiveError for a WARC that cannot be indexed or changes meanwhile.
    """
    temporary = target.with_name(target.name + TEMPORARY)
    try:
        with temporary.open("wb") as file:
            with PackageWriter(file, about.created) as writer:
                package = _Package(writer, target.parent)
                captures, missing = package.add_warcs(warcs, observer or Observer())
                first, count = package.add_pages(pages)
                package.add_manifest(_manifest(about, first))
            file.flush()
            os.fsync(file.fileno())
        size = temporary.stat().st_size
        publish(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return Packed(len(warcs), captures, count, missing, size)


@dataclass(frozen=True, slots=True)
class _Package:
    """The members in their order; ``scratch`` is a directory for temporary files."""

    writer: PackageWriter
    scratch: Path

    def add_warcs(self, warcs: Sequence[PackedWarc], observer: Observer) -> tuple[int, int]:
        """The WARC files and their index; gives how many captures are in it, and ``missing``."""
        for warc in warcs:
            with warc.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                self.writer.add(f"archive/{warc.name}", file, size, on_bytes=observer.bytes_copied)
        with (
            TemporaryDirectory(dir=self.scratch) as directory,
            self._temporary() as data,
            self._temporary() as index,
        ):
            lines = merge_index(warcs, Path(directory), observer.damage)
            with lines.open("rb") as file:
                captures = write_zipnum(file, data, index, _INDEX)
            missing = missing_originals(lines)
            self._add_spooled(f"indexes/{_INDEX}", data)
            self._add_spooled("indexes/index.idx", index, deflate=True)
        return captures, missing

    def add_pages(self, pages: Iterable[WaczPage]) -> tuple[WaczPage | None, int]:
        """The list of pages; gives the first of them, and how many there are."""
        first: WaczPage | None = None
        count = 0
        has_text = False
        with self._temporary() as file:
            file.write(_PAGES_HEADER)
            for page in pages:
                first = first or page
                count += 1
                has_text = has_text or bool(page.text)
                file.write(_json(_page_line(page)))
            if has_text:
                file.seek(0)
                file.write(_PAGES_WITH_TEXT)
            self._add_spooled("pages/pages.jsonl", file, deflate=True)
        return first, count

    def add_manifest(self, manifest: dict[str, object]) -> None:
        """The manifest and its digest; nothing comes after them."""
        resources = [resource.described() for resource in self.writer.resources]
        data = json.dumps({**manifest, "resources": resources}, indent=2).encode() + b"\n"
        digest = {
            "path": "datapackage.json",
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        }
        self.writer.add_unlisted("datapackage.json", data)
        self.writer.add_unlisted(
            "datapackage-digest.json", json.dumps(digest, indent=2).encode() + b"\n"
        )

    def _temporary(self) -> IO[bytes]:
        # Beside the package: the system's own directory may be memory.
        return TemporaryFile(dir=self.scratch)

    def _add_spooled(self, path: str, file: IO[bytes], *, deflate: bool = False) -> None:
        size = file.seek(0, 2)
        file.seek(0)
        self.writer.add(path, file, size, deflate=deflate)


def _page_line(page: WaczPage) -> dict[str, object]:
    text = {"text": page.text} if page.text else {}
    return {"id": page.id, "url": page.url, "ts": page.captured_at, "title": page.title, **text}


def _json(values: dict[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _manifest(about: WaczAbout, first: WaczPage | None) -> dict[str, object]:
    main: dict[str, object] = {}
    if about.main_page:
        main = {"mainPageUrl": about.main_page}
    elif first:
        main = {"mainPageUrl": first.url, "mainPageDate": first.captured_at}
    return {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "title": about.title,
        **({"description": about.description} if about.description else {}),
        "created": f"{about.created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "software": about.software,
        **main,
    }
