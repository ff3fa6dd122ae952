"""A small proxy on loopback: forwards plain HTTP, tunnels TLS with CONNECT."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Self
from urllib.parse import urlsplit


class Proxy:
    """``asked`` has the head of every request that it was sent."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the end of the listener
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                data = client.recv(65536)
                if not data:
                    return
                head += data
            self.asked.append(head)
            method, target, rest = head.split(b" ", 2)
            if method == b"CONNECT":
                host, _, port = target.decode().rpartition(":")
            else:
                parts = urlsplit(target.decode())
                host, port = parts.hostname or "", str(parts.port)
            with socket.create_connection((host, int(port))) as origin:
                if method == b"CONNECT":
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    origin.sendall(b" ".join((method, parts.path.encode(), rest)))
                _pass_on(client, origin)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Both ways until either has no more to say."""
    while True:
        readable, _, _ = select.select([one, other], [], [])
        for side in readable:
            data = side.recv(65536)
            if not data:
                return
            (other if side is one else one).sendall(data)
