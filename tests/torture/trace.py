"""Every write, fsync and rename of a command below a directory, by strace, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

STRACE = (
    *("strace", "-ff", "--seccomp-bpf", "-ttt", "-T", "-y", "-xx", "-s", "100000000"),
    *("-e", "signal=none", "-e"),
    "trace=openat,write,pwrite64,ftruncate,truncate,fsync,fdatasync,rename,unlink,unlinkat,mkdir",
)
_LINE = re.compile(r"(\d+\.\d+) (\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?.* <(\d+\.\d+)>$")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(r"(-?\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2}|[^>])*)>")

Kind = Literal["open", "write", "truncate", "sync", "rename", "unlink", "mkdir"]
# What each of the calls with no data is, and whether it names its file or has a descriptor of it.
_PLAIN: dict[str, tuple[Kind, bool]] = {
    "ftruncate": ("truncate", False),
    "truncate": ("truncate", True),
    "fsync": ("sync", False),
    "fdatasync": ("sync", False),
    "rename": ("rename", True),
    "unlink": ("unlink", True),
    "unlinkat": ("unlink", True),
    "mkdir": ("mkdir", True),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that succeeded. ``at``: when it returned, in seconds since the epoch; ``offset`` None
    in a write: at the descriptor's own position; ``size`` of a truncation; ``fresh``: O_TRUNC."""

    at: float
    kind: Kind
    path: str
    data: bytes = b""
    offset: int | None = None
    size: int = 0
    target: str = ""
    descriptor: tuple[str, str] = ("", "")
    fresh: bool = False


def calls_of(traces: list[Path], root: Path) -> list[Call]:
    """The calls of all processes that touched files below ``root``, by the time of their return."""
    here = "".join(f"\\x{byte:02x}" for byte in str(root).encode())
    found: list[Call] = []
    for trace in traces:
        with trace.open("r", encoding="ascii", errors="replace") as lines:
            for line in lines:
                match = _LINE.match(line) if here in line[:2000] else None
                if match and int(match[4]) >= 0:
                    found += _call(match, trace.suffix)
    inside = f"{root}/"
    kept = [call for call in found if f"{call.path}/".startswith(inside)]
    return sorted(kept, key=lambda call: call.at)


def _call(match: re.Match[str], process: str) -> Iterator[Call]:
    began, name, arguments, result, opened, took = match.groups()
    at = float(began) + float(took)
    strings = [_text(hexes) for hexes in _STRING.findall(arguments)]
    descriptors = [(number, _name(path)) for number, path in _DESCRIPTOR.findall(arguments)]
    last = arguments.rpartition(",")[2].strip()
    if name == "openat" and opened and ("O_CREAT" in arguments or "O_TRUNC" in arguments):
        # O_TMPFILE has no name and is nobody's after a crash.
        if "O_TMPFILE" not in arguments:
            key = (process, result)
            yield Call(at, "open", _name(opened), descriptor=key, fresh="O_TRUNC" in arguments)
    elif name == "write" and strings and descriptors:
        data = bytes.fromhex(_STRING.findall(arguments)[0].replace("\\x", ""))
        number, path = descriptors[0]
        yield Call(at, "write", path, data[: int(result)], descriptor=(process, number))
    elif name == "pwrite64" and descriptors:
        data = bytes.fromhex(_STRING.findall(arguments)[0].replace("\\x", ""))
        yield Call(at, "write", descriptors[0][1], data[: int(result)], int(last))
    elif name in _PLAIN:
        kind, named = _PLAIN[name]
        path = strings[0] if named else descriptors[0][1]
        size = int(last) if kind == "truncate" else 0
        yield Call(at, kind, path, size=size, target=strings[1] if kind == "rename" else "")


def _text(hexes: str) -> str:
    return bytes.fromhex(hexes.replace("\\x", "")).decode("utf-8", "replace")


def _name(path: str) -> str:
    return _text(path) if path.startswith("\\x") else path
