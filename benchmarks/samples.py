"""Where a worker's call spends its CPU, by samples: ``python -m benchmarks.samples [passes]``.

cProfile makes each call of Python dear and what C does in one call cheap; here a signal looks at
the stack once in a millisecond of CPU, which costs next to nothing. What C does is found with the
function that called it. All pages of the dev set, as often as ``passes`` says.
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from benchmarks import devset
from crawler.extraction import Page, extract

_INTERVAL = 0.001  # seconds of CPU
_SHOWN = 60  # functions

Stack = list[str]  # functions, the innermost first, each once


def sampled(pages: list[Page], passes: int) -> tuple[float, list[Stack]]:
    """Milliseconds a page, and the samples that were taken meanwhile."""
    samples: list[Stack] = []

    def look(_: int, frame: FrameType | None) -> None:
        stack: dict[str, None] = {}
        while frame is not None:
            code = frame.f_code
            stack[f"{code.co_qualname} ({Path(code.co_filename).name})"] = None
            frame = frame.f_back
        samples.append(list(stack))

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL, _INTERVAL)
    began = time.thread_time()
    for _ in range(passes):
        for page in pages:
            extract(page)
    spent = time.thread_time() - began
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)
    return 1e3 * spent / passes / len(pages), samples


def main() -> None:
    pages = list(devset.pages())
    for page in pages[::4]:  # imports, caches
        extract(page)
    gc.freeze()
    gc.set_threshold(10_000)  # as in a worker
    cost, samples = sampled(pages, int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    below = Counter(name for stack in samples for name in stack)
    own = Counter(stack[0] for stack in samples)
    print(f"{cost:.2f} ms a page, {len(samples)} samples\n\n| with all below | own | function |")
    print("|---:|---:|---|")
    for name, seen in below.most_common(_SHOWN):
        share = cost / len(samples)
        print(f"| {seen * share:.2f} ms | {own[name] * share:.2f} ms | {name} |")


if __name__ == "__main__":
    main()
