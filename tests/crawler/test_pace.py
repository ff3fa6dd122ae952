from __future__ import annotations

from statistics import mean

from crawler.pace import SteadySlot


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
