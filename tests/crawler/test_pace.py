from __future__ import annotations

from pathlib import Path
from statistics import mean

from crawler.pace import SteadySlot
from tests.running import FAST, scrapy
from tests.wire import WireServer, plain


def gap(slot: SteadySlot, at: float) -> float:
    """Seconds until the slot lets a request go that waits from ``at`` on, as Scrapy asks it."""
    slot.lastseen = at
    waited = 0.0
    while (more := slot.download_delay() - waited) > 0:
        waited += more
    return waited


def test_the_mean_gap_between_requests_is_the_delay() -> None:
    slot = SteadySlot(1, 1.0, 0.5)

    gaps = [gap(slot, float(number)) for number in range(1, 4001)]

    # Scrapy's own slot comes out at 1.22; the standard error of this mean is .005.
    assert 0.97 < mean(gaps) < 1.03
    assert 0.5 <= min(gaps) < 0.6
    assert 1.4 < max(gaps) <= 1.5


def test_a_changed_delay_holds_at_once() -> None:
    slot = SteadySlot(1, 10.0, 0.5)
    assert slot.download_delay() >= 5.0

    slot.delay = 0.0

    assert slot.download_delay() == 0.0


def test_without_a_delay_a_host_is_still_asked_for_one_thing_at_a_time(tmp_path: Path) -> None:
    pages = {f"/{number}": plain(b"<html><p>Page %d" % number) for number in range(8)}
    with WireServer(pages) as server:
        listed = tmp_path / "pages.txt"
        listed.write_text("\n".join(server.base + path for path in pages))
        options = (*FAST, "-s", "DOWNLOAD_DELAY=0", "-s", "EXTRACT=False")
        scrapy("crawl", "urls", "-a", f"file={listed}", "-s", f"OUTPUT_DIR={tmp_path}", *options)
    assert len(server.log) == 1 + len(pages)
    # A second one would be opened for what is asked at the same time.
    assert server.connections == 1
