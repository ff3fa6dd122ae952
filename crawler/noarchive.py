"""Answers that are not kept, where RESERVATIONS_OBEYED names ``noarchive``."""

from __future__ import annotations

from dataclasses import replace

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.errors import DecodeError
from crawler.extensions import Workers
from crawler.extraction import Page, reservations_of
from crawler.instants import now
from crawler.outcome import header, header_fields
from crawler.reservations import Reservation, is_reserved, said_in_header
from crawler.wire_bodies import codings_of
from crawler.wire_page import TooLargeError, decode_body
from crawler.workers import WorkerError


class NoArchive:
    """Tells, before a story's answer is written, whether the outlet forbids that it is kept."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = crawler.settings
        self._is_obeyed = "noarchive" in settings.getlist("RESERVATIONS_OBEYED")
        self._agent = settings["ROBOTSTXT_USER_AGENT"]
        self._largest = settings.getint("DOWNLOAD_MAXSIZE")

    async def forbids(self, request: Request, response: Response) -> bool:
        """Of a response with its content coding on. A page that cannot be read forbids nothing."""
        if not (self._is_obeyed and request.meta.get("is_story")):
            return False
        said = said_in_header(header_fields(response), self._agent)
        if response.status == 200 and not is_reserved("noarchive", said):
            said = await self._said_in_page(response)
        return is_reserved("noarchive", said)

    async def _said_in_page(self, response: Response) -> tuple[Reservation, ...]:
        declared = header(response, "Content-Type")
        page = Page(response.url, response.body, now(), declared, agent=self._agent)
        workers = self._crawler.get_extension(Workers)
        assert workers is not None, "crawler.extensions.Workers must be in EXTENSIONS"
        try:
            return await workers.pool.run(_read, page, codings_of(response), self._largest)
        except WorkerError:
            return ()  # the extraction will say of it what is wrong


def _read(page: Page, codings: list[str], largest: int) -> tuple[Reservation, ...]:
    """In a worker. What cannot be decoded is no page, and says nothing."""
    try:
        body = decode_body(page.body, codings, largest)
    except (DecodeError, TooLargeError):
        return ()
    return reservations_of(replace(page, body=body))
