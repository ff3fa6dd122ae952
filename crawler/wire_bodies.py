"""Keeps the reactor from decoding pages: their bodies go to the workers as they came."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

from archive.codings import is_content_coding
from crawler.page_or_not import is_refreshed
from crawler.wire_page import decode_start

READS_WIRE = "reads_wire"
"""In a request's meta: its callback takes a page as it came, and sends it to a worker."""

# What Scrapy looks at for a meta refresh: 4,096 characters of at most four bytes.
_START = 16 * 1024


class WireResponse(Response):
    """A page whose body has its content codings on.

    ``codings`` in the order in which they were put on, all of them known; ``start``: the first
    16 KiB of the body without them.
    """

    # Scrapy's way for a response to be replaced by another of its kind.
    attributes = (*Response.attributes, "codings", "start")

    def __init__(
        self,
        *args: Any,  # what Response takes
        codings: tuple[str, ...] = (),
        start: bytes = b"",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codings = codings
        self.start = start


class WireBodies(HttpCompressionMiddleware):
    """Scrapy's middleware, which leaves pages that are read in a worker as they are.

    A page that its head may send elsewhere is decoded here after all, for Scrapy's own middleware
    to follow; so is what is no page, and a coding that nobody knows.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._ignored = tuple(crawler.settings.getlist("METAREFRESH_IGNORE_TAGS"))
        self._longest = crawler.settings.getfloat("METAREFRESH_MAXDELAY")

    def process_response(  # type: ignore[override] # a spider is not passed any more
        self, request: Request, response: Response
    ) -> Request | Response:
        """Raises DecodeError for a page that is not coded as it says, and what Scrapy's raises."""
        if request.meta.get(READS_WIRE) and response.status == 200:
            codings = codings_of(response)
            if all(map(is_content_coding, codings)):
                start = decode_start(response.body, codings, _START)
                if not self._may_refresh(start, response.url):
                    given = {name: getattr(response, name) for name in Response.attributes}
                    return WireResponse(**given, codings=tuple(codings), start=start)
        return super().process_response(request, response)

    def _may_refresh(self, start: bytes, url: str) -> bool:
        if b"\0" in start:
            return True  # UTF-16, perhaps
        return is_refreshed(start, url, ignored=self._ignored, longest=self._longest)


def codings_of(response: Response) -> list[str]:
    """The content codings of a response in lower case, in the order in which they were put on."""
    fields = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    codings = (coding.strip().lower() for coding in fields.split(","))
    return [coding for coding in codings if coding not in ("", "identity")]
