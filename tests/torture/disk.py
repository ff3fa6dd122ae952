"""From the trace of a run to directories as a disk may hold them after a power cut.

What was synced is there. Of what was not, anything may be: nothing, all, or some writes of a file
and not others, the last one cut, with zeros where a hole was never filled. Names come and go in
their order, as in the journal of a file system, and as far as the journal got.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.trace import Call

# Shared memory: made anew at every start.
_VOLATILE = "-shm"


@dataclass(slots=True)
class _File:
    """``synced``: what is surely there; ``since``: what was done to it after that."""

    synced: bytes = b""
    since: list[Call] = field(default_factory=list)
    position: int = 0


@dataclass(slots=True)
class Disk:
    """Files by name; None is a directory."""

    root: str
    names: dict[str, _File | None] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)

    def write_to(self, directory: Path) -> None:
        """Make the image real."""
        directory.mkdir()
        for name, file in sorted(self.names.items()):
            path = directory / name
            if file is None:
                path.mkdir(exist_ok=True)
            elif path.parent.is_dir():
                path.write_bytes(self.contents[id(file)])


Naming = tuple[str, Callable[[dict[str, _File | None]], object]]


def disk_after(calls: list[Call], rng: random.Random) -> Disk:
    """One of the many states of the disk after a cut behind these calls."""
    root = calls[0].path
    now: dict[str, _File | None] = {}
    namings: list[Naming] = []
    sure = 0
    offsets: dict[tuple[str, str], int] = {}
    for call in calls:
        name = call.path[len(root) + 1 :]
        if name.endswith(_VOLATILE):
            continue
        if call.kind == "sync" and now.get(name) is None:
            sure = _synced_names(namings, name, sure)
        elif call.kind == "sync":
            _sync(now[name])
        elif naming := _naming(call, name, now, root):
            naming(now)
            namings.append((name.rpartition("/")[0], naming))
        if call.kind == "open":
            offsets[call.descriptor] = 0
        if call.kind in ("write", "truncate") or call.fresh:
            file = now[name]
            assert file is not None
            file.since.append(_placed(call, offsets))
    kept: dict[str, _File | None] = {}
    for _, naming in namings[: rng.randint(sure, len(namings))]:
        naming(kept)
    files = {id(file): _content(file, rng) for file in kept.values() if file is not None}
    return Disk(root, kept, files)


def _synced_names(namings: list[Naming], directory: str, sure: int) -> int:
    """How many namings are on the disk: the journal is one, so a sync takes all before along."""
    last = max((n for n, (where, _) in enumerate(namings, 1) if where == directory), default=0)
    return max(sure, last)


def _naming(
    call: Call, name: str, now: dict[str, _File | None], root: str
) -> Callable[[dict[str, _File | None]], object] | None:
    if call.kind == "mkdir" and name:
        return lambda names: names.update({name: None})
    if call.kind == "open" and name not in now:
        file = _File()
        return lambda names: names.update({name: file})
    if call.kind == "unlink":
        return lambda names: names.pop(name, None)
    if call.kind == "rename":
        target = call.target[len(root) + 1 :]
        return lambda names: names.update({target: names.pop(name)})
    return None


def _placed(call: Call, offsets: dict[tuple[str, str], int]) -> Call:
    """A write with its offset in the file."""
    if call.kind != "write" or call.offset is not None:
        return call
    offset = offsets.get(call.descriptor, 0)
    offsets[call.descriptor] = offset + len(call.data)
    return Call(call.at, "write", call.path, call.data, offset)


def _sync(file: _File | None) -> None:
    assert file is not None
    file.synced = _applied(file.synced, file.since)
    file.since.clear()


def _content(file: _File, rng: random.Random) -> bytes:
    how = rng.choice(["none", "all", "first", "some"])
    if how == "none" or not file.since:
        return file.synced
    if how == "all":
        return _applied(file.synced, file.since)
    if how == "first":
        kept = file.since[: rng.randint(1, len(file.since))]
    else:
        kept = [call for call in file.since if rng.random() < 0.5] or file.since[-1:]
    last = kept[-1]
    cut = Call(last.at, last.kind, last.path, last.data, last.offset, last.size, fresh=last.fresh)
    if last.kind == "write":
        data = last.data[: rng.randint(0, len(last.data))]
        cut = Call(last.at, "write", last.path, data, last.offset)
    return _applied(file.synced, [*kept[:-1], cut])


def _applied(content: bytes, calls: list[Call]) -> bytes:
    data = bytearray(content)
    for call in calls:
        if call.kind == "write":
            assert call.offset is not None
            data.extend(bytes(max(0, call.offset - len(data))))
            data[call.offset : call.offset + len(call.data)] = call.data
        else:
            size = 0 if call.fresh else call.size
            data.extend(bytes(max(0, size - len(data))))
            del data[size:]
    return bytes(data)
