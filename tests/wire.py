"""A server that says exactly what it is told to, and logs every byte both ways."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class Logged:
    """One exchange as the origin saw it."""

    request: bytes
    response: bytes


@dataclass(slots=True)
class Answer:
    """Raw bytes to send, in pieces; then the connection is kept, closed or reset."""

    pieces: tuple[bytes, ...]
    close: bool = False
    hang: bool = False


def plain(body: bytes, *head: bytes, status: bytes = b"200 OK") -> Answer:
    """A well-formed HTML answer with Content-Length."""
    lines = [b"HTTP/1.1 " + status, b"Content-Type: text/html", *head]
    lines.append(b"Content-Length: %d" % len(body))
    return Answer((b"\r\n".join(lines) + b"\r\n\r\n" + body,))


NOT_FOUND = plain(b"nothing here", status=b"404 Not Found")
Routes = Mapping[str, Answer | Callable[[int], Answer]]


def requests_of(connection: socket.socket) -> Iterator[bytes]:
    """The heads of the requests on a connection, without their empty line, until its client closes
    it, and then it is closed here. Raises OSError."""
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            data = connection.recv(65536)
            if not data:
                connection.close()
                return
            buffer += data
        request, _, buffer = buffer.partition(b"\r\n\r\n")
        yield request


@dataclass(slots=True)
class WireServer:
    """Serves ``routes`` (path to an answer, or to a function of the number of earlier requests)."""

    routes: Routes
    log: list[Logged] = field(default_factory=list)
    connections: int = 0
    tls: ssl.SSLContext | None = None
    base: str = ""
    _listener: socket.socket = field(default_factory=socket.socket)
    _asked: dict[str, int] = field(default_factory=dict)
    _open: list[socket.socket] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [entry.request.split(b" ")[1].decode() for entry in self.log]

    def __enter__(self) -> Self:
        self._listener.bind(("127.0.0.1", 0))
        scheme = "https" if self.tls else "http"
        self.base = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.tls is not None:
                connection = self._handshake(connection)
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _handshake(self, plain: socket.socket) -> socket.socket:
        assert self.tls is not None
        # Done with the first read, so that a client that breaks off breaks only its own thread.
        return self.tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):  # whatever the client does to its connection
            for request in requests_of(connection):
                if not self._answer(connection, request + b"\r\n\r\n"):
                    return

    def _answer(self, connection: socket.socket, request: bytes) -> bool:
        path = request.split(b" ")[1].decode()
        count = self._asked.get(path, 0)
        self._asked[path] = count + 1
        found = self.routes.get(path, NOT_FOUND)
        answer = found(count) if callable(found) else found
        # Logged before it is sent: the client may be done before this thread goes on.
        self.log.append(Logged(request, b"".join(answer.pieces)))
        for piece in answer.pieces:
            connection.sendall(piece)
        if answer.close:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        return not (answer.close or answer.hang)
