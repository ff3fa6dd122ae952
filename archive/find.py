"""Finds a record in a directory of WARC files: by URL, by id, as the original of a revisit."""

from __future__ import annotations

from collections.abc import Callable

from archive.cdxj import CdxjEntry, timestamp
from archive.collection import Collection
from archive.errors import ArchiveError, PointerError
from archive.exchange import WarcPointer
from archive.lookup import captures_of
from archive.merged_index import searched
from archive.warc_reader import WarcRecord, iter_records, read_record


def captures(collection: Collection, url: str) -> list[CdxjEntry]:
    """Every indexed capture under the key of ``url``, the oldest first.

    Raises PointerError where there is no index, and OSError.
    """
    indexes = searched(collection)
    if not indexes:
        raise PointerError(
            f"{collection.layout.root}: no index is there; make one with: scrapy index"
            f" {collection.layout.root}"
        )
    return captures_of(url, indexes)


def record_at(collection: Collection, entry: CdxjEntry) -> WarcRecord:
    """The record of an entry; the caller closes its block. Raises as ``read_record`` does."""
    # Through the directory: a line may come from anybody, and is not to lead out of it.
    pointer = WarcPointer(entry.filename, entry.offset, entry.length, "")
    return read_record(collection.warc_root, pointer)


def record_with_id(
    collection: Collection, record_id: str, progress: Callable[[str], None] = lambda _name: None
) -> WarcRecord:
    """The record with this id (``urn:uuid:…``); the caller closes its block.

    An index knows no ids, so the files are read through, the newest name first. Raises PointerError
    where there is none, and OSError.
    """
    for path in reversed(collection.warcs()):
        name = collection.name_of(path)
        progress(name)
        for record in iter_records(path, lambda _damage: None, name):
            if record.pointer.record_id == record_id:
                return read_record(collection.warc_root, record.pointer)
    raise PointerError(f"{collection.layout.root}: no record with the id {record_id} is in it")


def original_of(collection: Collection, revisit: WarcRecord) -> WarcRecord | None:
    """The response that a revisit refers to (6.7); the caller closes its block.

    By URI, date and id where it names them, else by the payload digest under its own URI. None
    where it is not in the collection, or not indexed. Raises OSError.
    """
    headers = revisit.headers
    target = headers.get("WARC-Refers-To-Target-URI").strip("<>") or revisit.target_uri
    record_id = headers.get("WARC-Refers-To").strip("<>")
    digest = headers.get("WARC-Payload-Digest")
    for entry in captures_of(target, searched(collection)):
        if not _could_be(entry, headers.get("WARC-Refers-To-Date"), digest):
            continue
        try:
            record = record_at(collection, entry)
        except ArchiveError:
            continue  # its file is gone; another may hold the same
        if record.type == "response" and record_id in ("", record.pointer.record_id):
            return record
        record.block.close()
    return None


def _could_be(entry: CdxjEntry, date: str, digest: str) -> bool:
    if date:
        try:
            return entry.timestamp == timestamp(date)
        except ValueError:
            return False
    return bool(digest) and entry.digest == digest
