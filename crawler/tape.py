"""The tapes: what goes over one connection for one exchange, byte by byte, and when."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Literal, Protocol

from archive.exchange import Exchange, Truncation
from crawler.deadlines import Progress
from crawler.instants import now

Ending = Literal["close", "reset"]
"""How a connection ends: in good order, or not."""


class Connection(Protocol):
    """What a tape needs to know of the connection that it records.

    ``established``: bytes written to it are sent, which under TLS is so only after the handshake.
    ``tls_version`` and ``tls_cipher``: as an Exchange has them; None for plain HTTP.
    """

    transport: Any  # Twisted's transports have no common type
    tls_version: str | None
    tls_cipher: str | None

    @property
    def established(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a request before it is sent. ``asked_at``: on the monotonic clock.

    Answers of more than ``memory`` bytes go to a file in ``spool`` (None: the system's directory).
    """

    memory: int
    spool: Path | None
    behind_proxy: bool
    asked_at: float = field(default_factory=time.monotonic)


class Tape:
    """The bytes of one exchange while it is on the wire."""

    def __init__(
        self, circumstances: Circumstances, connection: Connection, *, is_first: bool
    ) -> None:
        self.connection = connection
        self.request = bytearray()
        # In the archive's directory: the system's own may be memory, or too small.
        self.response = SpooledTemporaryFile(  # noqa: SIM115 - the archive closes it
            max_size=circumstances.memory,
            dir=str(circumstances.spool) if circumstances.spool else None,
        )
        self.length = 0
        self.surplus = b""
        self.complete = False
        self.ended_by: Ending | None = None
        self.failure: OSError | None = None
        # Behind a proxy the peer is the proxy; the origin's address is not known (5.10).
        behind_proxy = circumstances.behind_proxy
        self.ip: str | None = None if behind_proxy else connection.transport.getPeer().host
        self.started_at: datetime = now()
        self._sealed = False
        self._is_first = is_first
        self._asked_at = circumstances.asked_at
        self._sent_at = time.monotonic()
        self._first_byte_at: float | None = None
        self._last_byte_at: float | None = None

    def received(self, data: bytes) -> None:
        """Keep bytes of the answer, in the order in which they came."""
        if self._sealed or self.complete or self.failure:
            return
        self._last_byte_at = time.monotonic()
        if self._first_byte_at is None:
            self._first_byte_at = self._last_byte_at
        try:
            self.response.write(data)
        except OSError as error:
            # The connection is not to blame; whoever takes the tape looks at the failure.
            self.failure = error
        self.length += len(data)

    def lose(self, ending: Ending) -> None:
        """The connection has ended before the message, or it is what ends it."""
        if not self._sealed:
            self.ended_by = ending

    def finish(self, surplus: bytes) -> None:
        """The message is whole, ``surplus``, of what was received last, not part of it.

        A message without a length is whole only where its connection was closed in good order
        (RFC 9112 8).
        """
        if self._sealed or self.failure:
            return
        self.complete = self.ended_by != "reset"
        if surplus:
            self.surplus = surplus
            self.length -= len(surplus)
            self.response.truncate(self.length)

    def seal(self) -> None:
        """Take no more bytes; what follows belongs to nobody."""
        self._sealed = True
        self.response.seek(0)

    def timings(self) -> Mapping[str, str]:
        """Whole milliseconds. ``connectTimeMs`` until a connection was there, that is until the
        request was sent, not given for a connection that carried one before; ``firstByteMs`` and
        ``fetchTimeMs`` (6.6) from then to the first and the last byte of the answer.
        """
        spans = {
            "connectTimeMs": (self._asked_at, self._sent_at if self._is_first else None),
            "firstByteMs": (self._sent_at, self._first_byte_at),
            "fetchTimeMs": (self._sent_at, self._last_byte_at),
        }
        return {
            name: str(round((end - start) * 1000))
            for name, (start, end) in spans.items()
            if end is not None
        }

    @property
    def progress(self) -> Progress:
        """How far the exchange is; nothing is sent before the connection is established."""
        if not self.connection.established:
            return Progress(self._asked_at)
        return Progress(self._asked_at, self._sent_at, self._last_byte_at)

    def exchange(
        self, url: str, method: str, interrupted: Truncation | None, facts: Mapping[str, str]
    ) -> Exchange:
        """The exchange, of a sealed tape. ``interrupted``: why we broke it off, if we did."""
        lost: Truncation = "disconnect" if self.ended_by else "unspecified"
        return Exchange(
            url=url,
            method=method,
            request=bytes(self.request),
            response=self.response,
            started_at=self.started_at,
            ip=self.ip,
            surplus=self.surplus,
            truncated=None if self.complete else interrupted or lost,
            tls_version=self.connection.tls_version,
            tls_cipher=self.connection.tls_cipher,
            facts=facts,
        )


class TeeTransport:
    """A transport that also writes what it is given on the tape."""

    def __init__(self, transport: Any, tape: Tape) -> None:  # a Twisted transport
        self._transport = transport
        self._tape = tape

    def write(self, data: bytes) -> None:
        self._tape.request += data
        self._transport.write(data)

    def writeSequence(self, pieces: list[bytes]) -> None:  # the name that Twisted calls
        self._tape.request += b"".join(pieces)
        self._transport.writeSequence(pieces)

    def __getattr__(self, name: str) -> Any:  # everything else is the transport's own
        return getattr(self._transport, name)


@dataclass(slots=True)
class Recorder:
    """The tapes of one request of Scrapy's: several where Twisted repeats it by itself."""

    circumstances: Circumstances
    tapes: list[Tape] = field(default_factory=list)

    def new_tape(self, connection: Connection, *, is_first: bool) -> Tape:
        """Begin a tape for an exchange on a connection; ``is_first``: of that connection."""
        tape = Tape(self.circumstances, connection, is_first=is_first)
        self.tapes.append(tape)
        return tape

    def drop_last(self) -> None:
        """Forget the last exchange, request and answer."""
        tape = self.tapes.pop()
        tape.seal()
        tape.response.close()

    def progress(self) -> Progress:
        """How far the last of the exchanges is."""
        return self.tapes[-1].progress if self.tapes else Progress(self.circumstances.asked_at)
