"""A Scrapy project as the tutorials have it: trafilatura in the callback, a WARC from a pipeline.

Runs under any environment with Scrapy and trafilatura: it imports nothing of ours. With
``-a archive=pipeline`` (the default) warcio writes what the response object still knows of the
answer; otherwise the archive is left to an extension (scrapy-webarchive).
"""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response
from trafilatura import bare_extraction


class WarcPipeline:
    """Writes each page's record, then its line."""

    def open_spider(self, spider: Pages) -> None:
        self._lines = (spider.out / "items.jsonl").open("w", encoding="utf-8")
        self._warc: Any = None  # warcio has no types
        if spider.archive == "pipeline":
            from warcio.warcwriter import WARCWriter

            self._file = (spider.out / "naive.warc.gz").open("wb")
            self._warc = WARCWriter(self._file, gzip=True)

    def process_item(self, item: dict[str, Any], spider: Pages) -> dict[str, Any]:
        response = item.pop("response")
        if self._warc is not None:
            self._write(response)
        self._lines.write(json.dumps(item, default=str) + "\n")
        return item

    def _write(self, response: Response) -> None:
        from warcio.statusandheaders import StatusAndHeaders

        fields = [
            (name.decode(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        head = StatusAndHeaders(f"{response.status} OK", fields, protocol="HTTP/1.1")
        body = io.BytesIO(response.body)
        record = self._warc.create_warc_record(
            response.url, "response", payload=body, http_headers=head
        )
        self._warc.write_record(record)

    def close_spider(self, spider: Pages) -> None:
        self._lines.close()
        if self._warc is not None:
            self._file.close()


class Pages(scrapy.Spider):
    """``scrapy runspider naive.py -a urls=FILE -a out=DIR [-a archive=none]``."""

    name = "pages"
    custom_settings = {  # noqa: RUF012 - Scrapy's own way
        "ITEM_PIPELINES": {WarcPipeline: 300},
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }

    def __init__(self, urls: str, out: str, archive: str = "pipeline", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = Path(urls).read_text("ascii").split()
        self.out = Path(out)
        self.archive = archive

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for request in self.start_requests():
            yield request

    def start_requests(self) -> Iterator[scrapy.Request]:
        """What Scrapy before 2.13 asks for."""
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        found = bare_extraction(response.body, url=response.url, with_metadata=True)
        fields = ("title", "author", "date", "text")
        item = {name: getattr(found, name, None) for name in fields}
        yield {"url": response.url, **item, "response": response}
