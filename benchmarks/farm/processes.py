"""What a command costs: CPU of its whole process tree, wall time, and the peak of its memory.

CPU is what the kernel charged to the command and to every descendant that was waited for (wait4).
Memory is PSS, in which shared pages count once, summed over the tree and sampled (Linux), as is the
CPU that the tree has had so far.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_FIRST_LOOK, _LONGEST_PAUSE = 1.0, 8.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Look:
    """At the tree: when (``time.monotonic()``), its memory (MiB), and its CPU so far (seconds)."""

    at: float
    memory: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall in seconds, ``memory`` in MiB (peak of the tree), ``status``: the exit code.

    ``usual``: the median of the tree's memory in the later half of the looks at it, MiB. Of a tree
    whose processes take much for a large page and give it back the peak grows with the number of
    looks, and this does not.

    ``looks``: each look at the tree while the command ran.

    ``largest``: the most that one process of the tree had resident, MiB; not sampled, so also of
    a run of a second. Never less than what the measuring process itself once had.
    """

    cpu: float
    wall: float
    memory: float
    status: int
    largest: float = 0.0
    usual: float = 0.0
    looks: tuple[Look, ...] = ()


def run(
    command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str], log: Path
) -> Cost:
    """Run a command to its end; what it prints goes to ``log``."""
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        sampler = _Sampler(process.pid)
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            sampler.done.set()
        wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu, largest = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    looks = tuple(sampler.looks)
    seen = [look.memory for look in looks]
    usual = median(seen[len(seen) // 2 :]) if seen else 0.0
    return Cost(cpu, wall, max(seen, default=0.0), process.returncode, largest, usual, looks)


class _Sampler(threading.Thread):
    """Looks at a process tree, after a second, and then ever less often.

    Each look costs a few milliseconds, and holds up the process that is looked at for as long: once
    a second that is one of a hundred beats of a pulse, and what its p99 would show.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.done = threading.Event()
        self.looks: list[Look] = []

    def run(self) -> None:
        pause = _FIRST_LOOK
        while not self.done.wait(pause):
            self.looks.append(_look(self._pid))
            pause = min(2 * pause, _LONGEST_PAUSE)


def _look(pid: int) -> Look:
    tree = list(_tree(pid))
    return Look(time.monotonic(), sum(map(_pss, tree)), sum(map(_cpu, tree)))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in _listed(Path(f"/proc/{pid}/task")):
        try:
            children = (task / "children").read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _pss(pid: int) -> float:
    """MiB; 0 for a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _cpu(pid: int) -> float:
    """Seconds, with those of its children that have ended and were waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return 0.0
    # proc(5): utime, stime, cutime, cstime are fields 14 to 17; the name before them may have any.
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / _TICKS
