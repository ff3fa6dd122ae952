"""Checks one WARC file, record by record, and writes down what others are checked against."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from archive.verify.fields import check_fields
from archive.verify.finding import Findings, Level
from archive.verify.framing import RawRecord, iter_raw
from archive.verify.http import (
    NONE,
    RAW_DIGEST,
    Message,
    check_request,
    check_response,
    check_revisit,
    read_message,
)
from archive.verify.ledger import Ledger, Row

_NAME = re.compile(r"[a-z0-9._-]+-\d{14}-\d+-[a-z0-9._-]+\.warc\.gz")
_INFO = ("software", "format", "conformsto", "robots", "http-header-user-agent")
_MIME_END = re.compile(r"[;\s]")
# Requests whose answers have not come yet; in a broken file they never do.
_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Task:
    """A WARC file to check. ``name``: below the directory of WARC files.

    ``part``: where its ledger is to lie. ``max_bytes``: at which a file is followed by another.
    """

    path: Path
    name: str
    part: Path
    is_foreign: bool
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checking a file gave."""

    task: Task
    findings: Findings
    records: int


@dataclass(slots=True)
class _Check:
    """The state of a check. ``methods``: of requests, by the ids that their answers may have."""

    task: Task
    findings: Findings
    ledger: Ledger
    methods: OrderedDict[str, str] = field(default_factory=OrderedDict)
    records: int = 0
    last_capture: int = 0

    def report(self, point: str, offset: int | None, what: str) -> None:
        level: Level | None = None
        if (
            self.task.is_foreign
            and (
                what in (RAW_DIGEST, "version is WARC/1.0", "no WARC-Block-Digest")
                or (point == "R09" and what.startswith("not an absolute"))
            )
        ) or what == "no WARC-Block-Digest":
            level = "SHOULD"
        self.findings.add(point, self.task.name, offset, what, level)


def check_file(task: Task) -> Outcome:
    """Check one file; in a process of its own where there are several. Raises OSError."""
    ledger = Ledger(task.part)
    check = _Check(task, Findings(task.is_foreign), ledger)
    if not _NAME.fullmatch(task.path.name):
        check.report("F01", None, "not <prefix>-<timestamp>-<serial>-<run>.warc.gz in lower case")
    try:
        for record in iter_raw(task.path, check.report):
            _check_record(check, record)
    finally:
        ledger.close()
    if not check.records:
        check.report("F02", None, "no record is in it")
    if check.last_capture > task.max_bytes:
        check.report("F07", check.last_capture, f"a capture begins behind {task.max_bytes} bytes")
    return Outcome(task, check.findings, check.records)


def _check_record(check: _Check, record: RawRecord) -> None:
    kind = record.get("WARC-Type").lower()
    for point, what in check_fields(record):
        check.report(point, record.offset, what)
    if check.records == 0 or kind == "warcinfo":
        _check_info(check, record, kind)
    check.records += 1
    message = NONE
    target = record.get("WARC-Target-URI").strip("<>")
    if target.lower().startswith(("http:", "https:")):
        message = _check_http(check, record, kind)
    check.ledger.add(
        _row(check, record, kind, message),
        [value.strip("<>") for value in record.all("WARC-Concurrent-To")],
    )


def _check_http(check: _Check, record: RawRecord, kind: str) -> Message:
    message = NONE
    if kind == "request":
        found = check_request(record)
        check.last_capture = record.offset
        _remember_method(check, record)
    elif kind in ("response", "revisit"):
        message = read_message(record.block)
        if kind == "revisit":
            found = check_revisit(record, message)
        else:
            ids = [record.get("WARC-Record-ID"), *record.all("WARC-Concurrent-To")]
            method = next((m for i in ids if (m := check.methods.pop(i, ""))), "")
            found = check_response(record, message, method)
    else:
        return message
    for point, what in found:
        check.report(point, record.offset, what)
    return message


def _remember_method(check: _Check, record: RawRecord) -> None:
    method = _method(record)
    for known in (record.get("WARC-Record-ID"), *record.all("WARC-Concurrent-To")):
        check.methods[known] = method
    while len(check.methods) > _WAITING:
        check.methods.popitem(last=False)


def _method(record: RawRecord) -> str:
    record.block.seek(0)
    return record.block.read(32).partition(b" ")[0].decode("latin-1").upper()


def _check_info(check: _Check, record: RawRecord, kind: str) -> None:
    if kind != "warcinfo":
        check.report("F05", record.offset, f"the first record is {kind or 'of no type'}")
        return
    if check.records:
        return
    name = record.get("WARC-Filename")
    if name != check.task.path.name:
        check.report("F05", record.offset, f"WARC-Filename: {name[:100]}" if name else "no name")
    record.block.seek(0)
    names = {
        line.partition(":")[0].strip().lower()
        for line in record.block.read(1 << 20).decode("utf-8", "replace").splitlines()
    }
    if missing := [name for name in _INFO if name not in names]:
        check.report("F06", record.offset, f"warcinfo without {', '.join(missing)}")


def _row(check: _Check, record: RawRecord, kind: str, message: Message) -> Row:
    content_type = message.first("content-type")
    is_http = kind in ("response", "revisit")
    if not is_http:
        content_type = record.get("Content-Type")
    return Row(
        file=check.task.name,
        at=record.offset,
        length=record.length,
        id=record.get("WARC-Record-ID").strip("<>"),
        type=kind,
        date=record.get("WARC-Date"),
        uri=record.get("WARC-Target-URI").strip("<>"),
        digest=record.get("WARC-Payload-Digest"),
        status=f"{message.status:03d}" if message is not NONE else "",
        mime="warc/revisit" if kind == "revisit" else _MIME_END.split(content_type or "", 1)[0],
        method=_method(record) if kind == "request" else "",
        warcinfo=record.get("WARC-Warcinfo-ID").strip("<>"),
        refers_to=record.get("WARC-Refers-To").strip("<>"),
        refers_uri=record.get("WARC-Refers-To-Target-URI").strip("<>"),
        refers_date=record.get("WARC-Refers-To-Date"),
    )
