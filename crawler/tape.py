"""The tapes: what goes over one connection for one exchange, byte by byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from crawler.instants import now


class Connection(Protocol):
    """What a tape needs to know of the connection that it records.

    ``established``: bytes written to it are sent, which under TLS is so only after the handshake.
    """

    established: bool
    transport: Any  # Twisted's transports have no common type


class Tape:
    """The bytes of one exchange while it is on the wire."""

    def __init__(self, memory: int, ip: str | None, connection: Connection) -> None:
        self.connection = connection
        self.started_at: datetime = now()
        self.ip = ip
        self.request = bytearray()
        self.response = SpooledTemporaryFile(max_size=memory)  # noqa: SIM115 - the archive closes it
        self.length = 0
        self.complete = False
        self.sealed = False
        self.tls_version: str | None = None
        self.tls_cipher: str | None = None

    def received(self, data: bytes) -> None:
        """Keep bytes of the answer, in the order in which they came."""
        if not (self.sealed or self.complete):
            self.response.write(data)
            self.length += len(data)

    def finish(self, surplus: int) -> None:
        """The message is whole; the last ``surplus`` bytes received are not part of it."""
        self.complete = True
        if surplus:
            self.length -= surplus
            self.response.truncate(self.length)

    def seal(self) -> None:
        """Take no more bytes; what follows belongs to nobody."""
        self.sealed = True
        self.response.seek(0)


@dataclass(slots=True)
class Recorder:
    """The tapes of one request of Scrapy's."""

    memory: int
    behind_proxy: bool
    tapes: list[Tape] = field(default_factory=list)

    def new_tape(self, connection: Connection) -> Tape:
        """Begin a tape for an exchange on a connection."""
        # Behind a proxy the peer is the proxy; the origin's address is not known (5.10).
        ip = None if self.behind_proxy else connection.transport.getPeer().host
        tape = Tape(self.memory, ip, connection)
        self.tapes.append(tape)
        return tape
