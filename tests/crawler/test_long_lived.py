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
    gc.unfreeze()


def test_what_was_there_before_the_run_is_not_visited(opened: LongLived) -> None:
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_what_the_run_makes_is_still_collected(opened: LongLived) -> None:
    ring = weakref.ref(Ring())
    gc.collect()
    assert ring() is None


def test_after_the_run_everything_is_collected_again(opened: LongLived) -> None:
    opened.spider_closed()
    assert gc.get_freeze_count() == 0
