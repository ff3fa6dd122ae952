"""States of any size for ``benchmarks.state``: what a crawl of so many stories would have written.

The first ``FILLED`` stories are written through the state, as a crawl writes them. Those beyond are
copies of their rows, made by SQLite itself in one transaction without a journal: with the bytes of
their keys in another order they are as many bytes at as random places of the trees, for a twentieth
of the time.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from pathlib import Path

from archive.exchange import WarcPointer
from crawler.instants import parse
from crawler.polling import History
from crawler.sqlite import SQLiteState
from crawler.state import Shown, Story, Tracked

FILLED = 210_000
BLOCKS = 32
"""A key of 32 bytes can be turned so often: 6.7 million stories, which are 10 million URLs."""

OUTLETS = 500
NOW = "2026-03-31T06:00:00Z"
"""When a run finds nothing due in such a state."""

_COMMIT = 500
# The columns by name: a migration that adds one is to be seen here.
_STORY = (
    *("key", "id", "version", "captured_at", "first_captured_at", "url", "canonical_url"),
    *("source_id", "listing", "discovered_at", "published_hint", "content", "whole", "gone"),
    *("warc", "warc_offset", "record_id", "etag", "last_modified", "due", "attempts", "pages"),
)


def _turned(column: str) -> str:
    """SQL: the bytes of a key from the ``:block``-th on, then those before."""
    return f"cast(substr({column}, :block + 1) || substr({column}, 1, :block) AS BLOB)"


_NEW = {
    "key": _turned("key"),
    "id": f"lower(hex(substr({_turned('key')}, 1, 16)))",
    "url": "replace(url, '/03/', '/03/' || :block)",
    "content": f"substr({_turned('key')}, 1, 16)",
    "record_id": f"substr({_turned('key')}, 17)",
}
_COPIES = (
    f"INSERT INTO story({', '.join(_STORY)})"  # noqa: S608 - constants
    f" SELECT {', '.join(_NEW.get(name, name) for name in _STORY)} FROM first.story",
    f"INSERT INTO known SELECT {_turned('url_hash')}, {_turned('story')}, listed_modified,"  # noqa: S608
    " dismissed FROM first.known",
    f"INSERT INTO shown SELECT {_turned('url_hash')}, listing, first_seen, rank, headline,"  # noqa: S608
    " published FROM first.shown",
)


def key(number: int) -> str:
    """The url_hash of a story of the benchmark."""
    block, first = divmod(number, FILLED)
    if block >= BLOCKS:
        return hashlib.sha256(b"new %d" % number).hexdigest()
    hashed = hashlib.sha256(b"story %d" % first).digest()
    return (hashed[block:] + hashed[:block]).hex()


def story(number: int) -> Story:
    """A story with everything that a delivered one has."""
    home = _home(number)
    url = f"{home}/news/2026/03/{number}-a-headline-of-some-words"
    day = 1 + number % 28
    pointer = WarcPointer(
        f"broadsheet-20260301060000-00000-20260301t060000-{number // 2000:06x}.warc.gz",
        number * 977 % 1_000_000_000,
        0,
        f"urn:uuid:{hashlib.md5(b'%d' % number, usedforsecurity=False).hexdigest():0>32}",
    )
    # Most are older than the last visit, and then have no validators either.
    is_due = number % 5 == 0
    return Story(
        key=key(number),
        id=key(number)[:32],
        version=1,
        captured_at=f"2026-03-{day:02d}T06:00:00.123456Z",
        first_captured_at=f"2026-03-{day:02d}T06:00:00.123456Z",
        url=url,
        canonical_url=url,
        source_id=f"outlet-{number % OUTLETS}",
        discovered_from=f"{home}/feed.xml",
        discovered_at=f"2026-03-{day:02d}T05:59:00.123456Z",
        content=key(number)[:32],
        whole=True,
        pointer=pointer,
        etag=f'"{key(number)[:20]}"' if is_due else None,
        last_modified="Sun, 01 Mar 2026 05:30:00 GMT" if is_due else None,
        due=f"2026-04-{day:02d}T06:00:00Z" if is_due else None,
    )


def _home(number: int) -> str:
    return f"https://www.outlet-{number % OUTLETS}.example"


def write(state: SQLiteState, number: int) -> None:
    """What a crawl writes of a story that two listings showed, and half the time two URLs."""
    made = story(number)
    for listing in (made.discovered_from or "", f"{_home(number)}/section"):
        shown = Shown(listing, made.captured_at, number % 30, "A headline of some words", None)
        state.show(made.key, shown)
    other = hashlib.sha256(b"other %d" % number).hexdigest()
    state.confirm(made, [other] if number % 2 else [])
    if number % _COMMIT == 0:
        state.commit()


def fill(path: Path, stories: int) -> tuple[float, float]:
    """Make a state; gives the wall time and CPU of the stories that are written as by a crawl."""
    state = SQLiteState(path)
    for number in range(OUTLETS):
        known = History(interval=3600.0, due=parse("2026-05-01T00:00:00Z"))
        feed = f"{_home(number)}/feed.xml"
        state.track(Tracked(feed, f"outlet-{number}", "feed", known, tried_at=NOW))
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(min(stories, FILLED)):
        write(state, number)
    state.commit()
    took = time.perf_counter() - wall, time.process_time() - cpu
    state.close()
    if stories > FILLED:
        _copy(path, stories)
    return took


def _copy(path: Path, stories: int) -> None:
    """Add copies of all the stories, block by block. Raises ValueError for part of a block."""
    blocks, rest = divmod(stories, FILLED)
    if rest or blocks > BLOCKS:
        raise ValueError(f"more than {FILLED:,} stories: whole multiples, to {BLOCKS} of them")
    first = path.with_name("first.sqlite")
    with sqlite3.connect(path) as db:
        db.execute("VACUUM INTO ?", (str(first),))
    db.close()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("ATTACH ? AS first", (str(first),))
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-3000000"):
        db.execute(f"PRAGMA {pragma}")
    for block in range(1, blocks):
        for statement in _COPIES:
            db.execute(statement, {"block": block})
    db.close()
    first.unlink()


def sources() -> str:
    """The outlets as a sources file."""
    return "\n".join(
        f'[[source]]\nid = "outlet-{n}"\nname = "Outlet {n}"\nhome = "{_home(n)}/"\n'
        f'feeds = ["{_home(n)}/feed.xml"]\n'
        for n in range(OUTLETS)
    )
