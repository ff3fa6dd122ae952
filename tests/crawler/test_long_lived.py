"""What the garbage collector is spared."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from crawler.long_lived import LongLived


class Ring:
    """Garbage that only the collector finds, once nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def opened() -> Iterator[LongLived]:
    extension = LongLived()
    extension.spider_opened()
    yield extension
    extension.spider_closed()


def test_what_was_there_before_the_run_is_not_visited(opened: LongLived) -> None:
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_what_the_run_makes_is_still_collected(opened: LongLived) -> None:
    ring = weakref.ref(Ring())
    gc.collect()
    assert ring() is None


def test_after_the_run_everything_is_collected_again_as_before_it() -> None:
    before = gc.get_threshold()
    extension = LongLived()
    extension.spider_opened()
    assert gc.get_threshold() > before

    extension.spider_closed()
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)
