"""The largest sitemap that the protocol allows: time and memory of the worker that reads it.

    python -m benchmarks.sitemap_memory

50,000 stories with the fields of Google News, padded to 50 MB; plain and gzip. Each is read in a
process of its own, as the workers do, and its peak of resident memory is taken from the system.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from pathlib import Path

_READ = "read"
_MB = 1024 * 1024


def sitemap(size: int = 50 * _MB, count: int = 50_000) -> bytes:
    """A news sitemap of ``count`` stories and about ``size`` bytes."""
    story = (
        "<url><loc>https://ex.org/2026/03/04/story-{0}</loc><lastmod>2026-03-04T09:00:00Z</lastmod>"
        "<news:news><news:publication><news:name>Post</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2026-03-04T08:00:00Z</news:publication_date>"
        "<news:title>The headline of story number {0}</news:title>"
        "<news:keywords>{1}</news:keywords></news:news></url>\n"
    )
    padding = "word " * ((size // count - len(story)) // 5)
    stories = "".join(story.format(number, padding) for number in range(count))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset '
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{stories}</urlset>'
    ).encode()


def read() -> None:
    """In the child: read what comes in, print the figures."""
    from spiders.discovery.news_sitemap import read_news_sitemap

    body = sys.stdin.buffer.read()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far (proc(5))
    before = _resident("VmRSS")
    started = time.process_time()
    listing = read_news_sitemap(body, "https://ex.org/s.xml")
    seconds = time.process_time() - started
    peak = _resident("VmHWM")
    print(
        f"{len(listing.entries):,} stories of {len(body) / _MB:.1f} MB: {seconds:.1f} s of CPU,"
        f" peak {peak:.0f} MB, {peak - before:.0f} MB above the worker with the body"
    )


def _resident(field: str) -> float:
    """A field of /proc/self/status in MB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def main() -> None:
    body = sitemap()
    for name, sent in (("plain", body), ("gzip", gzip.compress(body))):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.sitemap_memory", _READ],
            input=sent,
            stdout=subprocess.PIPE,
            check=True,
        )
        print(f"{name}: {done.stdout.decode().strip()}")


if __name__ == "__main__":
    if _READ in sys.argv:
        read()
    else:
        main()
