"""What can happen to a run, each once: a round of a scenario leaves a directory to audit."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import run

from tests.torture.audit import Damage
from tests.torture.runs import Field

Scenario = Callable[[Field], Damage]
_SEEN_AT_ONCE = frozenset({"cut", "zeroed", "deleted"})


class NotHere(Exception):
    """This machine cannot play the scenario; the message is the reason."""


def killed(field: Field, times: int = 4) -> Damage:
    """kill -9, again and again, with the feed moving on in between."""
    for _ in range(times):
        field.kill()
        field.press.publish(is_archived=field.has_archived(f"/story/{field.press.batch}/0"))
    return field.verdict()


def signalled(field: Field) -> Damage:
    """SIGTERM or SIGINT, once or twice."""
    number = field.rng.choice([signal.SIGTERM, signal.SIGINT])
    begun = field.begin()
    field.wait_for(begun, field.rng.randint(2, field.press.size))
    times = field.rng.randint(1, 2)
    for _ in range(times):
        begun.send_signal(number)
        time.sleep(0.05)
    code = field.end(begun)
    damage = field.verdict()
    # The second may find a run that has drained, in a process that is about to end: it is then
    # killed by it, which a shell tells as 128 + number too.
    if code not in (0, 128 + number, *([-number] if times == 2 else [])):
        damage.left.append(f"signal {number} ended the run with {code}")
    return damage


def file_too_large(field: Field) -> Damage:
    """No file may grow past a random size: the disk is full at any byte of any file."""
    limit = field.rng.randint(8 << 10, 160 << 10)
    field.preexec = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    code = field.crawl()
    field.preexec = None
    return _after_full_disk(field, code)


def small_disk(field: Field) -> Damage:
    """A file system of 1 MB with a random rest of room; then the room is there again."""
    with tmpfs(field.output, "1m"):
        room = field.rng.randint(0, 400 << 10)
        filler = field.output / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(field.output).free - room)))
        code = field.crawl()
        filler.unlink()
        return _after_full_disk(field, code)


def _after_full_disk(field: Field, code: int) -> Damage:
    damage = field.verdict()
    if code not in (0, 6):
        damage.left.append(f"the full disk ended the run with {code}: {field.said[-300:]}")
    return damage


@contextmanager
def tmpfs(where: Path, size: str) -> Iterator[None]:
    """A file system of its own, of this size. Raises NotHere where it cannot be mounted."""
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(where)]
    if os.geteuid() != 0 or run(mount, check=False, capture_output=True).returncode:
        raise NotHere("mounting a tmpfs takes root")
    try:
        yield
    finally:
        run(["umount", str(where)], check=True)


def two_at_once(field: Field) -> Damage:
    """A second run while one is at work leaves at once, with 75."""
    first = field.begin()
    field.wait_for(first, 1)
    second = field.crawl()
    codes = {first.wait(180), second}
    damage = field.verdict()
    if not codes <= {0, 75}:
        damage.left.append(f"two runs at once ended with {codes}")
    return damage


def servers_away(field: Field, outage: int = 6) -> Damage:
    """All servers go away in the middle of a run and for up to ``outage`` more, and are back.

    Six are more than a story is tried.
    """
    begun = field.begin()
    field.wait_for(begun, field.rng.randint(2, field.press.size))
    field.press.is_away = True
    codes = [field.end(begun), *(field.crawl() for _ in range(field.rng.randint(1, outage)))]
    field.press.is_away = False
    damage = field.verdict()
    if any(code not in (0, 3) for code in codes[:1]) or any(code != 4 for code in codes[1:]):
        damage.left.append(f"without servers the runs ended with {codes}")
    return damage


def wrong_clock(field: Field) -> Damage:
    """The clock is two days ahead in two runs, one of them killed, and right in the next."""
    found = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if found is None:
        raise NotHere("libfaketime is not installed")
    preload = {"LD_PRELOAD": str(found), "FAKETIME": "+2d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    field.environment = os.environ | preload
    field.kill()
    field.crawl()
    field.environment = None
    field.press.publish()
    return field.verdict()


def state_damaged(field: Field) -> Damage:
    """The state is cut, zeroed, holed or deleted after a run that was killed or not."""
    if field.rng.random() < 0.3:
        field.crawl()
    else:
        field.kill()
    field.press.publish()
    field.kill()
    state = field.output / "state.sqlite"
    how = field.rng.choice(["cut", "zeroed", "holed", "deleted", "log deleted"])
    was_there = state.exists()
    if was_there:
        _damage(state, how, field)
    # A hole that opening does not see shows in the middle of a run, or never.
    code = field.crawl()
    said = field.said
    damage = field.verdict()
    told = any(word in said for word in ("is gone", "is damaged", "is empty"))
    if was_there and how in _SEEN_AT_ONCE and not told:
        damage.left.append(f"state {how}, and nobody said so: {said[-300:]}")
    if code not in ((0,) if how in _SEEN_AT_ONCE else (0, 6)):
        damage.left.append(f"state {how}, and the run ended with {code}: {said[-300:]}")
    return damage


def _damage(state: Path, how: str, field: Field) -> None:
    size = state.stat().st_size
    log = state.with_name("state.sqlite-wal")
    if how == "log deleted":
        log.unlink(missing_ok=True)
        return
    if how == "deleted":
        for path in (state, log, state.with_name("state.sqlite-shm")):
            path.unlink(missing_ok=True)
        return
    # What is in the log would be played over the damage.
    log.unlink(missing_ok=True)
    data = bytearray(state.read_bytes())
    if how == "cut":
        del data[field.rng.randrange(size) :]
    elif how == "zeroed":
        data = bytearray(size)
    else:
        start = field.rng.randrange(100, size)
        data[start : start + 4096] = bytes(min(4096, size - start))
    state.write_bytes(data)
