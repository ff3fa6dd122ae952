"""Reads WARC files of any origin: one gzip member a record, one for all, or plain; 1.0 and 1.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from archive.codings import is_content_coding
from archive.errors import ArchiveError, CorruptRecord, PointerError, TornFile
from archive.exchange import WarcPointer
from archive.http_message import parse_fields, read_body, read_coded, split_answer
from archive.layout import OPEN
from archive.members import Members
from archive.warc_headers import WarcHeaders, read_headers

# A block up to this size is held in memory; a longer one lies in a temporary file.
_MEMORY = 8 * 1024 * 1024
_FIELDS_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record. ``target_uri`` and ``date`` are empty where it has none.

    ``block``: the exact bytes of the block, ``length`` of them, seekable, at its begin.
    """

    pointer: WarcPointer
    type: str
    headers: WarcHeaders
    target_uri: str
    date: str
    length: int
    block: IO[bytes]

    def fields(self) -> dict[str, str]:
        """The block of an application/warc-fields record, its first MiB; of any other, nothing."""
        if not self.headers.get("Content-Type").lower().startswith("application/warc-fields"):
            return {}
        self.block.seek(0)
        return dict(parse_fields(self.block.read(_FIELDS_LIMIT).decode("utf-8", "replace")))


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An archived HTTP response. ``body``: transfer- and content-coding off.

    ``truncated``: cut at the reader's limit, when it was captured, or broken; also for the answer
    to HEAD, which a response record does not tell from a GET that was cut. ``undecoded`` names a
    content coding that is still on because it is not known here (zstd), or is None. ``codings``:
    those that are on because they were left on, all of them known. ``transfer_codings``: those of
    its message, which are off.
    """

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes
    truncated: bool
    undecoded: str | None = None
    codings: tuple[str, ...] = ()
    transfer_codings: tuple[str, ...] = ()


def iter_records(
    path: Path, on_damage: Callable[[ArchiveError], None] | None = None, name: str | None = None
) -> Iterator[WarcRecord]:
    """The whole records of a WARC file in their order. ``name`` goes into the pointers.

    A record's block is open until the next record is asked for. ``on_damage`` is told of each place
    that is no whole record; reading goes on at the next gzip member that begins one. Without
    ``on_damage`` the first such place raises TornFile or CorruptRecord, after all before it was
    given. Raises OSError.
    """
    with path.open("rb") as file:
        yield from records_in(Members(file, str(path)), name or path.name, on_damage)


def records_in(
    members: Members, name: str, on_damage: Callable[[ArchiveError], None] | None = None
) -> Iterator[WarcRecord]:
    """As ``iter_records``, of a file that is open."""
    advance = members.next_member
    while True:
        try:
            if not advance():
                return
            advance = members.next_member
            yield from _records_of_member(members, name)
        except (TornFile, CorruptRecord) as error:
            if on_damage is None:
                raise
            on_damage(error)
            advance = members.find_member


def read_record(place: Path, pointer: WarcPointer | int) -> WarcRecord:
    """The record that a pointer leads to, found by seeking; the caller closes its block.

    ``place``: the directory that the pointer's file is in, or the file itself; a file that is still
    being written is found too. A pointer without an id leads to whatever record is there. Raises
    PointerError where there is no such record, TornFile or CorruptRecord where it is not whole, and
    OSError.
    """
    path = _file_of(place, pointer)
    with path.open("rb") as file:
        return record_in(file, path.name.removesuffix(OPEN), pointer, str(path))


def record_in(file: IO[bytes], name: str, pointer: WarcPointer | int, where: str) -> WarcRecord:
    """As ``read_record``, of a file that is open; ``where`` names it in messages."""
    offset = pointer if isinstance(pointer, int) else pointer.offset
    file.seek(offset)
    if file.read(3)[:3] not in (b"\x1f\x8b\x08", b"WAR"):
        raise PointerError(
            f"{where}: no record begins at offset {offset}; give a warc_offset of this file"
        )
    file.seek(offset)
    members = Members(file, where)
    members.next_member()
    # Not closed by the loop: a record that is returned keeps its block.
    for record in _records_of_member(members, name, keep_blocks=True):
        if isinstance(pointer, int) or pointer.record_id in ("", record.pointer.record_id):
            return record
        record.block.close()
        if not members.is_gzip:
            break
    wanted = "" if isinstance(pointer, int) else f" {pointer.record_id}"
    raise PointerError(
        f"{where}: the record at offset {offset} is not{wanted}; is this the file of that name?"
    )


def _file_of(place: Path, pointer: WarcPointer | int) -> Path:
    path = place
    if not isinstance(pointer, int) and place.is_dir():
        path = place / pointer.file
        # A pointer may come from anybody's JSONL.
        if not path.resolve().is_relative_to(place.resolve()):
            raise PointerError(f"{pointer.file}: a pointer that leads out of {place}")
    if path.is_file():
        return path
    still_open = path.with_name(f"{path.name}{OPEN}")
    if still_open.is_file():
        return still_open
    raise PointerError(f"{path}: no such file; give the directory or the WARC file that holds it")


def http_response(
    record: WarcRecord,
    max_bytes: int,
    referred: WarcRecord | None = None,
    *,
    is_left_coded: bool = False,
) -> HttpResponse | None:
    """The final HTTP response in a record, with at most ``max_bytes`` of its decoded body.

    None for a record that holds none. A revisit has the body of the record ``referred`` to, and
    none without it. ``is_left_coded``: with its content codings on, where they are known.
    """
    if record.type not in ("response", "revisit"):
        return None
    answer = split_answer(record.block)
    if answer.head is None:
        return None
    holder, head = record, answer.head
    if referred is not None:
        # The body is stored in the framing of its own head.
        original = split_answer(referred.block)
        holder, head = referred, original.head or answer.head
    codings = tuple(c for c in head.tokens("content-encoding") if c != "identity")
    is_left_coded = is_left_coded and all(map(is_content_coding, codings))
    body = (read_coded if is_left_coded else read_body)(holder.block, head, max_bytes)
    return HttpResponse(
        status=answer.head.status,
        reason=answer.head.reason,
        headers=list(answer.head.fields),
        body=body.data,
        truncated=body.truncated or bool(holder.headers.get("WARC-Truncated")),
        undecoded=body.undecoded,
        codings=codings if is_left_coded else (),
        transfer_codings=tuple(answer.head.tokens("transfer-encoding")),
    )


def _records_of_member(
    members: Members, name: str, *, keep_blocks: bool = False
) -> Iterator[WarcRecord]:
    is_first = True
    while True:
        members.skip_line_ends()
        offset = members.start if members.is_gzip else members.position
        first_line = members.readline()
        if not first_line:
            return
        headers = read_headers(members, first_line)
        size = _block_length(members, headers)
        block = _spool(members, size)
        length = members.position - offset
        is_last = False
        if members.is_gzip:
            members.skip_line_ends()
            is_last = members.at_end()
            length = members.position - offset if is_first and is_last else 0
        is_first = False
        record_id = headers.get("WARC-Record-ID").strip("<>")
        try:
            yield _record(headers, WarcPointer(name, offset, length, record_id), block, size)
        finally:
            if not keep_blocks:
                block.close()
        if is_last:
            return


def _record(
    headers: WarcHeaders, pointer: WarcPointer, block: IO[bytes], length: int
) -> WarcRecord:
    return WarcRecord(
        pointer=pointer,
        type=headers.get("WARC-Type").lower(),
        headers=headers,
        # wget 1.19 and others put angle brackets around it, as the grammar of WARC/1.0 said.
        target_uri=headers.get("WARC-Target-URI").strip("<>"),
        date=headers.get("WARC-Date"),
        length=length,
        block=block,
    )


def _block_length(members: Members, headers: WarcHeaders) -> int:
    raw = headers.get("Content-Length")
    if not (raw.isascii() and raw.isdigit()):
        raise CorruptRecord(f"{members.where}: a record without a Content-Length (5.3)")
    return int(raw)


def _spool(members: Members, length: int) -> IO[bytes]:
    """The next ``length`` bytes, in memory or in a temporary file, which is at its begin."""
    first = members.read(length) if length else b""
    if len(first) == length:
        return BytesIO(first)
    block: IO[bytes] = BytesIO() if length <= _MEMORY else TemporaryFile()  # noqa: SIM115 - given on
    try:
        missing = length - block.write(first)
        while missing > 0 and (piece := members.read(missing)):
            missing -= block.write(piece)
        if missing:
            raise TornFile(f"{members.where}: ends {missing} bytes before its block does")
        block.seek(0)
    except ArchiveError:
        block.close()
        raise
    return block
