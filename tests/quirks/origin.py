"""The origin server: plays quirks from raw sockets and logs every byte both ways, with its time."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from tests.quirks.quirk import Drip, End, Pause, Quirk, Steps, head

_BODY = b"nothing here"
_UNKNOWN = head(b"Content-Length: %d" % len(_BODY), status=b"HTTP/1.1 404 Not Found") + _BODY


@dataclass(slots=True)
class Exchange:
    """One request as it came and the answer as it was sent; times are seconds since the epoch.

    ``quirk`` is None for what is no quirk's. ``tls``: OpenSSL's names of version and cipher.
    """

    quirk: Quirk | None
    request: bytes
    connection: int
    tls: tuple[str, str] | None
    accepted_at: float
    sent: bytearray = field(default_factory=bytearray)
    ended_at: float | None = None


@dataclass(slots=True)
class Port:
    """A listening socket. ``tls`` is None for plain HTTP."""

    listener: socket.socket
    tls: ssl.SSLContext | None

    @property
    def base(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"


class Origin:
    """Serves the same quirks on each of its ports: plain HTTP where a context is None."""

    def __init__(
        self, quirks: Iterable[Quirk], contexts: Sequence[ssl.SSLContext | None] = (None,)
    ) -> None:
        self._quirks = {(quirk.sent_as or quirk.target).encode(): quirk for quirk in quirks}
        self._asked: Counter[str] = Counter()
        self._connections: list[socket.socket] = []
        self._lock = threading.Lock()
        self.log: list[Exchange] = []
        self.ports = [Port(socket.create_server(("127.0.0.1", 0)), tls) for tls in contexts]

    def __enter__(self) -> Self:
        for port in self.ports:
            threading.Thread(target=self._accept, args=(port,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for open_socket in (*(port.listener for port in self.ports), *self._connections):
            open_socket.close()

    def _accept(self, port: Port) -> None:
        with contextlib.suppress(OSError):  # the end of the listener
            while True:
                connection, _ = port.listener.accept()
                threading.Thread(target=self._serve, args=(port, connection), daemon=True).start()

    def _serve(self, port: Port, connection: socket.socket) -> None:
        accepted_at = time.time()
        with contextlib.suppress(OSError):  # whatever the client does to its connection
            if port.tls is not None:
                connection = port.tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._connections.append(connection)
                number = len(self._connections)
            buffer = b""
            while (request := _read_request(connection, buffer)) is not None:
                message, buffer = request
                if not self._answer(
                    connection, self._logged(connection, number, message, accepted_at)
                ):
                    return

    def _logged(
        self, connection: socket.socket, number: int, message: bytes, accepted_at: float
    ) -> Exchange:
        tls = None
        if isinstance(connection, ssl.SSLSocket):
            tls = (connection.version() or "", (connection.cipher() or ("",))[0])
        quirk = self._quirks.get(message.split(b" ", 2)[1])
        exchange = Exchange(quirk, message, number, tls, accepted_at)
        with self._lock:
            self.log.append(exchange)
        return exchange

    def _answer(self, connection: socket.socket, exchange: Exchange) -> bool:
        """Play what is due; whether the connection is still of use."""
        try:
            return _play(connection, self._steps(exchange.quirk), exchange.sent)
        finally:
            exchange.ended_at = time.time()

    def _steps(self, quirk: Quirk | None) -> Steps:
        if quirk is None:
            return (_UNKNOWN,)
        with self._lock:
            count = self._asked[quirk.name]
            self._asked[quirk.name] += 1
        return quirk.answers[min(count, len(quirk.answers) - 1)]


def _read_request(connection: socket.socket, buffer: bytes) -> tuple[bytes, bytes] | None:
    """A whole request, and what came behind it; None where the client has gone."""
    while b"\r\n\r\n" not in buffer:
        data = connection.recv(65536)
        if not data:
            return None
        buffer += data
    end = buffer.index(b"\r\n\r\n") + 4
    for line in buffer[:end].split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            end += int(value)
    while len(buffer) < end:
        buffer += connection.recv(65536)
    return buffer[:end], buffer[end:]


def _play(connection: socket.socket, steps: Steps, sent: bytearray) -> bool:
    for step in steps:
        if isinstance(step, bytes):
            # Logged before it is sent: the client may be done before this thread goes on.
            sent += step
            connection.sendall(step)
        elif isinstance(step, Drip):
            for start in range(0, len(step.data), step.size):
                piece = step.data[start : start + step.size]
                sent += piece
                connection.sendall(piece)
                time.sleep(step.seconds)
        elif isinstance(step, Pause):
            time.sleep(step.seconds)
        else:
            _end(connection, step)
            return False
    return True


def _end(connection: socket.socket, end: End) -> None:
    if end.how == "hang":
        while connection.recv(65536):
            pass
    elif end.how == "reset":
        # A linger of no time at all makes a close an RST.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif isinstance(connection, ssl.SSLSocket) and end.how == "close":
        connection.unwrap()
    else:
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    connection.close()
