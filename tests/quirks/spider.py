"""Asks for what a plan says, and notes what it was given and where that is in the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.extensions import Archive


class QuirksSpider(Spider):
    """``plan``: a JSON list of lists of requests; each list is asked for one after another."""

    name = "quirks"

    def __init__(self, plan: str, got: str) -> None:
        super().__init__()
        self.plan = json.loads(Path(plan).read_text("utf-8"))
        self.got_file = Path(got)
        self.got: dict[str, dict[str, Any]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> QuirksSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stop, signals.bytes_received)
        return spider

    def stop(self, data: bytes, request: Request) -> None:
        if request.meta.get("stop"):
            raise StopDownload(fail=False)

    async def start(self) -> AsyncIterator[Request]:
        for line in self.plan:
            for request in self.next_of(line):
                yield request

    def next_of(self, line: list[dict[str, Any]]) -> Iterator[Request]:
        if line:
            asked, *rest = line
            yield Request(
                asked["url"],
                self.answered,
                method=asked["method"],
                body=bytes.fromhex(asked["body"]),
                headers=asked["headers"],
                meta=asked["meta"],
                errback=self.failed,
                dont_filter=True,
                cb_kwargs={"name": asked["name"], "rest": rest},
            )

    def answered(self, response: Response, name: str, rest: list[Any]) -> Iterator[Request]:
        archive = self.crawler.get_extension(Archive)
        assert archive is not None
        assert response.request is not None
        written = archive.written(response.request)
        self.got[name] = {
            "url": response.url,
            "status": response.status,
            "sha1": hashlib.sha1(response.body, usedforsecurity=False).hexdigest(),
            "record_id": written.pointer.record_id if written else None,
        }
        yield from self.next_of(rest)

    def failed(self, failure: Failure) -> Iterator[Request]:
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined] # Scrapy's
        self.got[kwargs["name"]] = {"error": failure.type.__name__}
        yield from self.next_of(kwargs["rest"])

    def closed(self, reason: str) -> None:
        self.got_file.write_text(json.dumps(self.got), "utf-8")
