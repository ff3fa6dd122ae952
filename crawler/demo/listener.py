"""One outlet's listening socket and the threads behind it."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from crawler.demo.handler import NewsHandler, Served
from crawler.demo.outlets import Outlet
from crawler.demo.resource import Resource


class Listener(ThreadingHTTPServer):
    """Serves ``resources`` by path; they are replaced as a whole when the edition changes."""

    daemon_threads = False  # stop() ends the connections, so the threads can be joined
    request_queue_size = 128

    def __init__(self, outlet: Outlet, address: tuple[str, int], log: list[Served]) -> None:
        self.outlet = outlet
        self.log = log
        self.edition = 0
        self._resources: Mapping[str, Resource] = {}
        self._missing = Resource(b"", status=404)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        super().__init__(address, NewsHandler)

    @property
    def base(self) -> str:
        host, port = self.socket.getsockname()
        return f"http://{host}:{port}"

    def publish(self, edition: int, resources: Mapping[str, Resource], missing: Resource) -> None:
        """Serve these from the next request on; ``missing`` answers for all other paths."""
        self._resources, self._missing, self.edition = resources, missing, edition

    def find(self, target: str) -> Resource:
        """The resource of a request target; a query that no resource has is only tracking."""
        path = target.partition("#")[0]
        return (
            self._resources.get(path)
            or self._resources.get(path.partition("?")[0])
            or self._missing
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, end open connections and wait for their threads."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the peer was faster
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the resolver for the host's name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()

    # The stdlib's types: a request is a socket here, an address whatever the family has.
    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
