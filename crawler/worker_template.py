"""The process that workers are forked from: it imports and loads once what all of them need.

It has no threads, so that a fork of it is whole. What it loaded stays shared memory as long as
nobody writes to it, and a worker that is replaced is there at once. ``crawler.forking`` asks.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module

from crawler.collector import set_aside
from crawler.worker_process import end_with_parent, serve

ORDER = struct.Struct("!i")  # a worker to kill, or FORK with the ends of its two pipes
FORK = 0
NEWS = struct.Struct("!i?i")  # a worker, whether it has ended, and how: as Popen.returncode says it


def stand() -> None:
    """The template's life: load, then do as it is told over its standard input until that ends."""
    end_with_parent()
    orders = socket.socket(fileno=os.dup(0))
    # Nothing that a library prints may go to the crawler's output.
    os.dup2(2, 1)
    seconds, memory, niceness, *preload = sys.argv[1:]
    os.nice(int(niceness))
    prepare(preload)
    _Template(orders, float(seconds), int(memory)).obey()


def prepare(preload: Iterable[str]) -> None:
    """Import modules, call functions ("module:function"), and set it all aside.

    Modules are no garbage: the collector is not to visit them, which would also make each worker a
    copy of them.
    """
    for name in preload:
        _load(name)
    set_aside()


def _load(name: str) -> None:
    module, _, function = name.partition(":")
    found = import_module(module)
    if function:
        getattr(found, function)()


@dataclass(slots=True)
class _Template:
    orders: socket.socket
    seconds: float
    memory: int
    _workers: set[int] = field(default_factory=set)
    _woken: tuple[int, int] = field(default_factory=os.pipe)

    def obey(self) -> None:
        os.set_blocking(self._woken[1], False)
        signal.signal(signal.SIGCHLD, _ignore)  # not SIG_IGN: their status would be lost
        signal.set_wakeup_fd(self._woken[1])
        orders, died = self.orders.fileno(), self._woken[0]
        while True:
            ready = select.select([orders, died], [], [])[0]
            if died in ready:
                os.read(died, 4096)
                self._tell_of_the_dead()
            if orders in ready and not self._obey_one():
                return

    def _obey_one(self) -> bool:
        """Whether there was an order, and not the end of them."""
        order, pipes, _, _ = socket.recv_fds(self.orders, ORDER.size, 2)
        if len(order) < ORDER.size:
            return False
        (worker,) = ORDER.unpack(order)
        if worker == FORK:
            self._fork(*pipes)
        elif worker in self._workers:  # else it has ended, and its number may be another's
            os.kill(worker, signal.SIGKILL)
        return True

    def _fork(self, calls: int, results: int) -> None:
        worker = os.fork()
        if not worker:
            self._be_worker(calls, results)
        os.close(calls)
        os.close(results)
        self._workers.add(worker)
        self.orders.sendall(NEWS.pack(worker, False, 0))

    def _be_worker(self, calls: int, results: int) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.orders.close()
            for end in (0, *self._woken):
                os.close(end)
            serve(calls, results, self.seconds, self.memory)
            status = 0
        except BaseException:  # noqa: BLE001 - the process edge: else it would go on as a template
            traceback.print_exc()
        finally:
            os._exit(status)

    def _tell_of_the_dead(self) -> None:
        while self._workers:
            worker, status = os.waitpid(-1, os.WNOHANG)
            if not worker:
                return
            self._workers.discard(worker)
            self.orders.sendall(NEWS.pack(worker, True, os.waitstatus_to_exitcode(status)))


def _ignore(*_: object) -> None:
    """The byte that comes with the signal is what is looked at."""
