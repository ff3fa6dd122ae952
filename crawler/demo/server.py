"""The server of the sample newspaper: one listener an outlet, and what it says of itself."""

from __future__ import annotations

import errno
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from crawler.demo.expected import Expected, expect
from crawler.demo.handler import Served
from crawler.demo.listener import Listener
from crawler.demo.outlets import MONTH_EDITIONS, MONTH_ID, OUTLET_IDS, Outlet, load_outlets
from crawler.demo.site import build_site, missing_page
from crawler.demo.sources import sources_toml
from crawler.demo.stories import EDITIONS
from crawler.errors import BroadsheetError

DEFAULT_PORT = 8642
_ATTEMPTS = 20


class PortInUseError(BroadsheetError):
    """Something else listens where the sample newspaper wants to."""


@dataclass(frozen=True, slots=True)
class Press:
    """What one server serves: outlets, and the numbers of the editions that they have."""

    outlet_ids: tuple[str, ...]
    editions: tuple[int, ...]


DAILY_PRESS = Press(OUTLET_IDS, EDITIONS)
MONTH = Press((MONTH_ID,), MONTH_EDITIONS)
"""Thirty editions of one weekly: new stories, edits, silent edits, removals and returns."""


class DemoServer:
    """Serves the outlets of a press from threads of its own; a context manager over them.

    ``port`` is that of every outlet on 127.0.0.2, 127.0.0.3 and so on. A system that has only
    127.0.0.1 gets consecutive ports there. Port 0 takes whatever is free. ``log`` grows by one
    entry an answer.
    """

    def __init__(
        self, edition: int = 1, port: int = DEFAULT_PORT, press: Press = DAILY_PRESS
    ) -> None:
        self.log: list[Served] = []
        self._outlets = load_outlets(press.outlet_ids)
        self._editions = press.editions
        self._edition = self._checked(edition)
        self._port = port
        self._listeners: tuple[Listener, ...] = ()
        self._stopped = threading.Event()

    @property
    def edition(self) -> int:
        return self._edition

    @property
    def bases(self) -> dict[str, str]:
        """Outlet id -> ``http://host:port``."""
        return {listener.outlet.id: listener.base for listener in self._listeners}

    def start(self) -> Self:
        """Listen and serve. Raises PortInUseError."""
        if not self._listeners:
            self._listeners = _listen(self._outlets, self._port, self.log)
            self.set_edition(self._edition)
            for listener in self._listeners:
                listener.start()
        return self

    def stop(self) -> None:
        """End all connections and free the ports; a second call does nothing."""
        for listener in self._listeners:
            listener.stop()
        self._listeners = ()
        self._stopped.set()

    def wait(self) -> None:
        """Return when another thread calls ``stop``; Ctrl-C gets through as KeyboardInterrupt."""
        self._stopped.wait()

    def set_edition(self, edition: int) -> None:
        """Serve this edition from the next request on."""
        self._edition = self._checked(edition)
        for listener in self._listeners:
            outlet, base = listener.outlet, listener.base
            site = build_site(outlet, base, edition)
            listener.publish(edition, site, missing_page(outlet))

    def expected(self, edition: int) -> tuple[Expected, ...]:
        """The stories of an edition with the fields that a crawl has to find."""
        return expect(self._outlets, self.bases, self._checked(edition))

    def sources_toml(self) -> str:
        """The sources file for a crawl of all outlets."""
        return sources_toml(self._outlets, self.bases)

    def _checked(self, edition: int) -> int:
        if edition not in self._editions:
            raise ValueError(f"edition {edition} does not exist: choose from {self._editions}")
        return edition

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(edition: int = 1, port: int = DEFAULT_PORT) -> DemoServer:
    """A sample newspaper that is already being served."""
    return DemoServer(edition, port).start()


def _listen(outlets: tuple[Outlet, ...], port: int, log: list[Served]) -> tuple[Listener, ...]:
    hosts = [f"127.0.0.{number}" for number in range(2, 2 + len(outlets))]
    if not all(map(_has_address, hosts)):
        ports = range(port, port + len(outlets)) if port else [0] * len(outlets)
        return _bind(outlets, [("127.0.0.1", number) for number in ports], log)
    if port:
        return _bind(outlets, [(host, port) for host in hosts], log)
    for attempt in range(_ATTEMPTS):
        try:
            free = _free_port(hosts[0])
            return _bind(outlets, [(host, free) for host in hosts], log)
        except PortInUseError:  # free on the first address only, or just taken
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _bind(
    outlets: tuple[Outlet, ...], addresses: list[tuple[str, int]], log: list[Served]
) -> tuple[Listener, ...]:
    listeners: list[Listener] = []
    for outlet, address in zip(outlets, addresses, strict=True):
        try:
            listeners.append(Listener(outlet, address, log))
        except OSError as error:
            for listener in listeners:
                listener.server_close()
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(
                f"cannot serve the sample newspaper: {address[0]}:{address[1]} is in use; "
                "stop what listens there or choose another port"
            ) from None
    return tuple(listeners)


def _has_address(host: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
