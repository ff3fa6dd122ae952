"""What goes into the archive, one request and its answer as raw bytes, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Literal

from archive.originals import Holding

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""The reasons of WARC/1.1 5.15: a size limit, a time limit, the connection, something else."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer on the wire.

    ``url``: the absolute target URI, without a fragment. ``request``: the exact bytes sent, head
    and body. ``response``: the exact bytes received (interim messages too), seekable; whoever
    hands the exchange over closes it, once the writer has returned. ``started_at``: aware.
    ``ip``: the address of the origin, None where it is not known (behind a proxy).
    ``surplus``: bytes that came behind a whole answer and are not part of it.
    ``truncated``: why the answer is not whole. ``tls_version`` as WARC-Protocol wants it
    (``tls/1.3``), ``tls_cipher`` by its IANA name; both None for plain HTTP.
    ``facts``: what is known about the fetch and is not on the wire; may be empty.
    ``secret_fields``: names, in lower case, of request fields whose values are not to be archived.
    """

    url: str
    method: str
    request: bytes
    response: IO[bytes]
    started_at: datetime
    ip: str | None = None
    surplus: bytes = b""
    truncated: Truncation | None = None
    tls_version: str | None = None
    tls_cipher: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    secret_fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WarcPointer:
    """Where a record is: ``file`` below the WARC directory, ``offset`` and ``length`` in bytes.

    ``record_id`` is the ``urn:uuid:…`` without angle brackets. ``length`` is 0 for a record that
    shares a gzip member with others: then only offset (of the member) and id together name it.
    """

    file: str
    offset: int
    length: int
    record_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """An archived response or revisit: ``pointer`` to its record, ``payload_digest`` as
    ``sha1:BASE32``.

    ``captured_at`` is the WARC-Date, to the letter. ``holding``: what is to be remembered of it, so
    that the same payload is not written again; None for what no other record may refer to.
    """

    pointer: WarcPointer
    payload_digest: str
    captured_at: str
    holding: Holding | None = None
