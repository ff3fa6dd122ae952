"""Every parser against bytes that nobody would write: the properties that fuzzing checks too."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.targets import SEEDS, TARGETS

# Those that make files, and the one that reads whole pages, take longer for each example.
_SLOW = {"jsonl_tail": 30, "warc_tail": 30, "source_file": 40, "page": 60, "feed": 80}


def damaged(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Seeds put together wrong: their pieces repeated, left out, swapped, with noise between."""
    parts = sorted({part for seed in seeds for part in re.split(rb'(?=[<>{}\[\]:;,="/ \n])', seed)})
    noise = st.binary(max_size=6) | st.sampled_from([b"\x00", b"&#1;", b"\xed\xa0\x80", b"\\ud800"])
    pieces = st.sampled_from(parts) | st.sampled_from(seeds) | noise
    return st.lists(pieces, max_size=12).map(b"".join)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_that_is_read_breaks_its_parser(name: str) -> None:
    @settings(
        max_examples=_SLOW.get(name, 150),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(damaged(SEEDS[name]))
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    holds()


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_seeds_themselves_are_read(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)
