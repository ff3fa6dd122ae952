"""The benchmark's origin: pages of 60 kB like no other, or one body of many megabytes."""

from __future__ import annotations

import contextlib
import random
import socket
import threading

WORDS = ("harbour", "council", "minister", "storm", "strike", "match", "budget", "river", "school")
LARGE_PIECE = bytes(range(256)) * 4096  # 1 MiB


def serve(large_megabytes: int = 0) -> str:
    """Serve from threads of this process until it ends; gives the base URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_accept, args=(listener, large_megabytes), daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _accept(listener: socket.socket, large: int) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection, large), daemon=True).start()


def _serve(connection: socket.socket, large: int) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(OSError), connection:
        buffer = b""
        while data := connection.recv(65536):
            buffer += data
            while b"\r\n\r\n" in buffer:
                request, _, buffer = buffer.partition(b"\r\n\r\n")
                number = request.split(b" ", 2)[1]
                if large:
                    connection.sendall(_head(len(LARGE_PIECE) * large))
                    for _ in range(large):
                        connection.sendall(LARGE_PIECE)
                else:
                    body = _page(number)
                    connection.sendall(_head(len(body)) + body)


def _head(length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % length


def _page(number: bytes) -> bytes:
    chooser = random.Random(number)  # noqa: S311 - pages, not secrets
    text = " ".join(chooser.choices(WORDS, k=8500))
    return b"<html><title>%s</title><p>%s</p></html>" % (number, text.encode())
