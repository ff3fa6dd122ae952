"""How many files and connections this process may have open."""

from __future__ import annotations

import resource

_ENOUGH = 65_536  # a kept connection for each of many thousand hosts


def raise_limit() -> None:
    """As many as this user may have: each host's connection is kept for minutes, and the 1024 that
    most systems begin with are used up by a thousand hosts; the next WARC could not be opened."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
