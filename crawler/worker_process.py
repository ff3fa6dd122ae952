"""The life of a worker process: read a call, run it, write its result; ``crawler.workers`` asks."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import resource
import signal
import struct
import sys
from pathlib import Path

LENGTH = struct.Struct("!I")  # before each call and each result
# A worker whose parent was killed ends when its input does. One that is at work at that moment is
# killed by Linux (prctl(2), PR_SET_PDEATHSIG); elsewhere, by this alarm, in seconds.
_PARENT_DEATH_SIGNAL = 1
_ORPHAN_ALARM = 600
_COLLECTED_AT = 10_000  # objects; Python's 700 cost a fiftieth of a page's time


def serve() -> None:
    """The worker's life: read a call, run it, write its result, until the input ends."""
    _end_with_parent()
    seconds, memory, niceness, *preload = sys.argv[1:]
    os.nice(int(niceness))
    for name in preload:
        __import__(name)
    # Modules are no garbage: the collector is not to visit them with every few hundred pages. Nor
    # is it to visit what a page is made of while it is read: that leaves no cycles behind.
    gc.freeze()
    gc.set_threshold(_COLLECTED_AT)
    calls, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get between the results.
    os.dup2(2, 1)
    _limit_memory(int(memory))
    while (head := calls.read(LENGTH.size)) and len(head) == LENGTH.size:
        call = calls.read(LENGTH.unpack(head)[0])
        signal.alarm(_ORPHAN_ALARM)
        # Ends the process also where a library is at work in C, and Python would not be asked.
        signal.setitimer(signal.ITIMER_PROF, float(seconds))
        answer = _answer(call)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        results.write(LENGTH.pack(len(answer)) + answer)
        results.flush()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _answer(call: bytes) -> bytes:
    try:
        function = pickle.loads(call)  # noqa: S301 - from our own parent
        return pickle.dumps((True, function()), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((False, "took too much memory"))
    except RecursionError:
        return pickle.dumps((False, "nested too deeply"))
    except Exception as error:  # noqa: BLE001 - the process edge: the parent logs and counts it
        return pickle.dumps((False, f"{type(error).__name__}: {str(error)[:200]}"))


def _limit_memory(extra: int) -> None:
    """Bound the address space to what is used now and ``extra`` bytes (where the system can)."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return  # no /proc: macOS has no usable limit on the address space either
    limit = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
