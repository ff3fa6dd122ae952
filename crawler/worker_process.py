"""The life of a worker process: read a call, run it, write its result; ``crawler.workers`` asks."""

from __future__ import annotations

import ctypes
import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

LENGTH = struct.Struct("!I")  # before each call and each result
# A worker whose parent was killed ends when its input does. One that is at work at that moment is
# killed by Linux (prctl(2), PR_SET_PDEATHSIG); elsewhere, by this alarm, in seconds.
_PARENT_DEATH_SIGNAL = 1
_ORPHAN_ALARM = 600
# A large page leaves the heap in pieces. Given back every so many calls, a worker keeps some 15 MiB
# less over its first thousand, for CPU that is lost in the noise (docs/performance-log.md).
_TRIMMED_AFTER = 20


def serve(calls: int, results: int, seconds: float, memory: int) -> None:
    """Read a call, run it, write its result, until the input ends. ``calls`` and ``results``: the
    file descriptors; ``seconds`` of CPU and ``memory`` in bytes: what one call may take."""
    end_with_parent()
    trim = _trimmer()
    _limit_memory(memory)
    with os.fdopen(calls, "rb") as asked, os.fdopen(results, "wb") as answers:
        left = _TRIMMED_AFTER
        while (head := asked.read(LENGTH.size)) and len(head) == LENGTH.size:
            call = asked.read(LENGTH.unpack(head)[0])
            signal.alarm(_ORPHAN_ALARM)
            # Ends the process also where a library is at work in C, and Python would not be asked.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answer = _answer(call)
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
            answers.write(LENGTH.pack(len(answer)) + answer)
            answers.flush()
            del call, answer
            left -= 1
            if not left:
                trim(0)
                left = _TRIMMED_AFTER


def end_with_parent() -> None:
    """Have this process killed with its parent, where the system can."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # it was killed in between
            os._exit(1)


def _trimmer() -> Callable[[int], object]:
    """malloc_trim(3) of the GNU library, or nothing."""
    with suppress(AttributeError, OSError):
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
        return trim
    return int


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
