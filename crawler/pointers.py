"""What a user may give to name an archived record, and the record that it names."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from archive.collection import Collection
from archive.exchange import WarcPointer
from archive.find import record_with_id
from archive.warc_reader import WarcRecord, read_record
from crawler.errors import ConfigurationError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)
_FILE_AND_OFFSET = re.compile(r"(.+):([0-9]+)", re.DOTALL)
_NO_DIGIT = re.compile(r"[-:TZ .]+", re.ASCII)
# An offset of more digits is in no file.
_MAX_DIGITS = 18

_FORMS = "give a URL, FILE OFFSET, FILE:OFFSET, urn:uuid:... or - (a JSONL line on stdin)"


def is_url(given: str) -> bool:
    """Whether it is an absolute URL."""
    return bool(_URL.match(given))


def digits_of(at: str) -> str:
    """1 to 14 digits of a timestamp out of ``2026-11-24T10:15Z`` and the like.

    Raises ConfigurationError.
    """
    digits = _NO_DIGIT.sub("", at)
    if not re.fullmatch("[0-9]{4,14}", digits) or len(digits) % 2:
        raise ConfigurationError(f"--at {at}: give a year, a day or a time, as 2026-11-24T10:15:00")
    return digits


def record_of(
    collection: Collection, args: list[str], progress: Callable[[str], None]
) -> WarcRecord:
    """The record that these arguments name; the caller closes its block.

    Raises ConfigurationError for what names nothing, and as ``read_record`` does.
    """
    if args == ["-"]:
        return read_record(collection.warc_root, _pointer_in(sys.stdin.readline()))
    if len(args) == 1 and args[0].strip("<>").startswith("urn:"):
        return record_with_id(collection, args[0].strip("<>"), progress)
    if len(args) == 1 and (match := _FILE_AND_OFFSET.fullmatch(args[0])):
        return _record_at(collection, match[1], match[2])
    if len(args) == 2:
        return _record_at(collection, *args)
    raise ConfigurationError(_FORMS)


def _record_at(collection: Collection, file: str, offset: str) -> WarcRecord:
    if not re.fullmatch(f"[0-9]{{1,{_MAX_DIGITS}}}", offset):
        raise ConfigurationError(f"offset {offset[:40]}: {_FORMS}")
    given = Path(file).expanduser()
    if given.is_file():
        return read_record(given, int(offset))
    return read_record(collection.warc_root, WarcPointer(file, int(offset), 0, ""))


def _pointer_in(line: str) -> WarcPointer:
    try:
        value = json.loads(line)
        record_id = str(value.get("warc_record_id") or "")
        return WarcPointer(str(value["warc_file"]), int(value["warc_offset"]), 0, record_id)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"stdin: not a JSONL line with warc_file and warc_offset ({error})"
        ) from error
