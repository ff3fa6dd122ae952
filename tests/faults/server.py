"""The hosts of the faults: one port on as many loopback addresses as there are hosts."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Mapping
from typing import Self

from tests.faults.fault import Endless, Steps, answer
from tests.quirks.origin import _end
from tests.quirks.quirk import Drip, End, Pause
from tests.wire import requests_of

_UNKNOWN = answer(b"nothing here", status=b"404 Not Found")


class FaultServer:
    """Serves ``hosts`` (address to path to steps), and logs ``(address, path)`` and the heads."""

    def __init__(self, hosts: Mapping[str, Mapping[str, Steps]]) -> None:
        self._hosts = hosts
        self._listener = socket.create_server(("0.0.0.0", 0), backlog=512)  # noqa: S104 - 127/8
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.log: list[tuple[str, str, bytes]] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the end of the listener
            while True:
                connection, _ = self._listener.accept()
                with self._lock:
                    self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # whatever the client does to its connection
            host = connection.getsockname()[0]
            for request in requests_of(connection):
                path = request.split(b" ", 2)[1].decode("latin-1")
                with self._lock:
                    self.log.append((host, path, request))
                if not _play(connection, self._hosts.get(host, {}).get(path, _UNKNOWN)):
                    return


def _play(connection: socket.socket, steps: Steps) -> bool:
    for step in steps:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif isinstance(step, Drip):
            for start in range(0, len(step.data), step.size):
                connection.sendall(step.data[start : start + step.size])
                time.sleep(step.seconds)
        elif isinstance(step, Endless):
            while True:  # until the client goes, which is an OSError
                connection.sendall(step.data)
                time.sleep(step.seconds)
        elif isinstance(step, Pause):
            time.sleep(step.seconds)
        else:
            assert isinstance(step, End)
            _end(connection, step)
            return False
    return True
