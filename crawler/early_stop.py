"""Downloads that are broken off before their end, because nobody would read what is left."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers
from scrapy.statscollectors import StatsCollector

from crawler.unwanted import is_unwanted_start, is_unwanted_type

READS_TEXT = "reads_text"
"""In a request's meta: the answer is read as a page or a listing, and is worth nothing else."""

READS_AT_MOST = "reads_at_most"
"""In a request's meta: so many bytes of the body are read; the rest need not come."""


class EarlyStop:
    """Ends the transfer of films, archives and the like, and of what is longer than is read.

    The response goes on with what came; the archive keeps that with ``WARC-Truncated: length``.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._received: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        self._coded: WeakKeyDictionary[Request, bool] = WeakKeyDictionary()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> EarlyStop:
        stop = cls(crawler.stats)
        crawler.signals.connect(stop.headers_received, signals.headers_received)
        crawler.signals.connect(stop.bytes_received, signals.bytes_received)
        return stop

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Scrapy's signal. Raises StopDownload for a type that is not read."""
        self._received[request] = 0
        self._coded[request] = bool(headers.get("Content-Encoding"))
        declared = headers.get("Content-Type") or b""
        if request.meta.get(READS_TEXT) and is_unwanted_type(declared.decode("latin-1")):
            self._stop("type")

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Scrapy's signal. Raises StopDownload for a body that begins as no text does, and once
        all that is read of it is there."""
        before = self._received.get(request, 0)
        self._received[request] = before + len(data)
        is_start = before == 0 and not self._coded.get(request)
        if is_start and request.meta.get(READS_TEXT) and is_unwanted_start(data[:64]):
            self._stop("start")
        most = request.meta.get(READS_AT_MOST)
        if most is not None and self._received[request] > most:
            self._stop("length")

    def _stop(self, why: str) -> None:
        self._stats.inc_value(f"news/stopped_early/{why}")
        raise StopDownload(fail=False)
