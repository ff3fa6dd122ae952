"""What the archive costs: CPU a page, and memory with a large body, over Scrapy without one.

    python -m benchmarks.capture [--pages 1000] [--rounds 5] [--large 200]

Each variant crawls the same loopback server in a process of its own, in turns, so that a busy
machine is busy for all; the least of the rounds counts. scrapy-webarchive takes part if it is
installed in .bench/venv (see README.md here); it needs an older Scrapy, so it is held against
that one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections import defaultdict
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from benchmarks.page_server import serve

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".bench" / "venv" / "bin" / "python"
OURS = (("stock", sys.executable), ("ours", sys.executable))
PEERS = (("peer-stock", str(PEER)), ("webarchive", str(PEER)))

Figures = dict[str, list[float]]


def crawl(variant: str, python: str, base: str, pages: int) -> dict[str, float]:
    """The figures of one crawl. Raises CalledProcessError with what it said."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as output:
        command = [python, str(ROOT / "benchmarks/capture_child.py")]
        done = subprocess.run(
            [*command, variant.removeprefix("peer-"), base, str(pages), output],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _serving(pipe: Connection, large: int) -> None:
    pipe.send(serve(large))
    pipe.recv()  # until the parent has done


def measure(pages: int, rounds: int, large: int) -> tuple[Figures, Figures]:
    """CPU seconds and peak megabytes of each variant, one figure a round."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serving, args=(there, large), daemon=True)
    server.start()
    base = here.recv()
    cpu, memory = defaultdict(list), defaultdict(list)
    variants = (*OURS, *(PEERS if PEER.exists() else ()))
    for _ in range(rounds):
        for variant, python in variants:
            try:
                figures = crawl(variant, python, base, pages)
            except subprocess.CalledProcessError as error:
                print(f"{variant}: failed: {error.stderr.strip().splitlines()[-1:]}")
                continue
            cpu[variant].append(figures["cpu_s"])
            memory[variant].append(figures["max_rss_mb"])
            if not figures["received"]:
                raise SystemExit(f"{variant} received nothing")
    server.terminate()
    return cpu, memory


def print_cpu(cpu: Figures, pages: int) -> None:
    print(f"\nCPU a page, {pages} pages of 60 kB, least (median) of the rounds")
    for variant, stock in (("ours", "stock"), ("webarchive", "peer-stock")):
        if not (cpu[variant] and cpu[stock]):
            continue
        least, base = min(cpu[variant]) / pages, min(cpu[stock]) / pages
        middle, base_middle = median(cpu[variant]) / pages, median(cpu[stock]) / pages
        print(
            f"  {variant:<11} {least * 1e3:.2f} ms ({middle * 1e3:.2f}),"
            f" its Scrapy without: {base * 1e3:.2f} ms ({base_middle * 1e3:.2f});"
            f" ratio {least / base:.2f}, archive alone {1e3 * (least - base):.2f} ms"
        )


def print_memory(memory: Figures, large: int) -> None:
    print(f"\nPeak memory with one body of {large} MiB, least of the rounds")
    for variant, figures in memory.items():
        print(f"  {variant:<11} {min(figures):.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=int, default=200, help="MiB; 0 leaves it out")
    given = parser.parse_args()
    if given.pages:
        cpu, _ = measure(given.pages, given.rounds, 0)
        print_cpu(cpu, given.pages)
    if given.large:
        _, memory = measure(1, 2, given.large)
        print_memory(memory, given.large)


if __name__ == "__main__":
    main()
