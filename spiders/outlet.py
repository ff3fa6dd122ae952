"""Looks at an outlet and finds what of it can be polled: ``scrapy sources add`` runs it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.errors import ConfigurationError
from crawler.hints import ListingKind
from crawler.outcome import header
from crawler.sources import Source
from crawler.sources.found import FoundOutlet
from crawler.spider import StorySpider
from crawler.urls import is_fetchable, is_ip, registered_domain
from crawler.workers import WorkerError
from spiders.discovery.home import Home, language_tag, read_home
from spiders.discovery.listing import Listing
from spiders.discovery.read import Fetched, read_listing
from spiders.polls import newest_first

# Where the systems of most papers have them; asked one after the other, and only where the home
# page or robots.txt names none.
_FEED_PATHS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
_SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/googlenews.xml")
_ID_PARTS = re.compile(r"[0-9a-z]+")
_TRIED = 8  # candidates of one kind, so that a look at an outlet is about thirty requests at most
_SECTIONS = 6
_SECTION_STORIES = 4  # links to stories that make a page a section


class OutletSpider(StorySpider):
    """``scrapy crawl outlet -a home=URL``; afterwards ``found`` has the result, or is None."""

    name = "outlet"
    arguments = ("home",)
    needs_one_of = arguments

    def __init__(self, home: str) -> None:
        super().__init__()
        self.home = home
        self.found: FoundOutlet | None = None

    @classmethod
    def read_arguments(cls, crawler: Crawler, given: dict[str, str]) -> dict[str, Any]:
        """Raises ConfigurationError for a URL that is none."""
        home = given.get("home", "")
        if not is_fetchable(home):
            raise ConfigurationError(f"{home!r} is no http or https URL to look at")
        return {"home": home}

    async def start(self) -> AsyncIterator[Request]:
        """No request for the scheduler: one answer decides on the next request."""
        self.found = await self._look()
        none: tuple[Request, ...] = ()
        for request in none:
            yield request

    async def _look(self) -> FoundOutlet | None:
        response = await self._fetch(self.home)
        if response is None:
            return None
        page: Home = await self.workers.run(
            read_home, response.body, response.url, header(response, "Content-Type")
        )
        feeds = await self._listings("feed", page.feeds[:_TRIED])
        feeds = feeds or await self._listings("feed", self._guesses(_FEED_PATHS), enough=1)
        sitemaps, remarks = await self._sitemaps()
        languages = [language_tag(listing.language) for listing in feeds.values()]
        source = Source(
            id=_id_of(response.url),
            name=page.name or registered_domain(response.url),
            home=response.url,
            feeds=tuple(feeds),
            news_sitemaps=sitemaps,
            sections=await self._sections(page.sections),
            language=page.language or next(filter(None, languages), None),
        )
        hubs = [f"{url} is pushed by {hub}" for url, li in feeds.items() for hub in li.hubs]
        return FoundOutlet(source, (*remarks, *hubs))

    def _guesses(self, paths: Iterable[str]) -> list[str]:
        return [urljoin(self.home, path) for path in paths]

    async def _listings(
        self, kind: ListingKind, urls: Iterable[str], enough: int = _TRIED
    ) -> dict[str, Listing]:
        """Those of the URLs that are listings with something in them."""
        found: dict[str, Listing] = {}
        for url in urls:
            listing = await self._read(kind, url)
            if listing and (listing.entries or listing.children):
                found[url] = listing
            if len(found) >= enough:
                break
        return found

    async def _sitemaps(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The news sitemaps, and remarks on sitemaps that list no news."""
        robots = await self._read("robots", urljoin(self.home, "/robots.txt"))
        named = [child.url for child in robots.children] if robots else []
        news: list[str] = []
        others: list[str] = []
        for url, listing in (await self._listings("news_sitemap", named[:_TRIED])).items():
            (news if await self._is_news(listing) else others).append(url)
        if not news:
            guessed = await self._listings("news_sitemap", self._guesses(_SITEMAP_PATHS), enough=1)
            news += [url for url, listing in guessed.items() if await self._is_news(listing)]
        remark = "lists pages without news fields; a backfill finds it by robots.txt"
        return tuple(news), tuple(f"{url} {remark}" for url in others)

    async def _is_news(self, listing: Listing) -> bool:
        """Whether a sitemap, or the newest one of an index, has the fields of Google News."""
        if listing.children:
            newest = newest_first(listing.children)[0].url
            below = await self._read("news_sitemap", newest)
            return below is not None and not below.children and await self._is_news(below)
        return any(entry.hints.headline for entry in listing.entries)

    async def _sections(self, candidates: Iterable[str]) -> tuple[str, ...]:
        """The pages that list stories of their own, besides those in a footer of all pages."""
        shown: dict[str, set[str]] = {}
        for url in list(candidates)[:_TRIED]:
            if listing := await self._read("section", url):
                shown[url] = {entry.url for entry in listing.entries}
        everywhere = set.intersection(*shown.values()) if len(shown) > 1 else set()
        kept = (url for url, own in shown.items() if len(own - everywhere) >= _SECTION_STORIES)
        return tuple(islice(kept, _SECTIONS))

    async def _read(self, kind: ListingKind, url: str) -> Listing | None:
        response = await self._fetch(url)
        if response is None:
            return None
        content_type = header(response, "Content-Type")
        try:
            return await self.workers.run_first(
                read_listing, Fetched(kind, response.body, response.url, content_type)
            )
        except WorkerError as error:
            self.logger.warning("%s: cannot be read: %s", url, error)
            return None

    async def _fetch(self, url: str) -> Response | None:
        """The answer of a URL, by all the rules of politeness; None where there is none to use."""
        try:
            response = await self.crawler.engine.download_async(
                Request(url, NO_CALLBACK, meta=self.limits)
            )
        except asyncio.CancelledError:
            raise
        except IgnoreRequest as error:
            self.logger.info("%s: not asked: %s", url, error)
            return None
        except Exception as error:  # noqa: BLE001 - whatever a download can end in: logged
            self.logger.info("%s: %s", url, type(error).__name__)
            return None
        return response if response.status == 200 else None


def _id_of(url: str) -> str:
    """A short name for the outlet of a URL: the registered name without its suffix, or the IP."""
    site = registered_domain(url)
    # The numbers before the last dot name no outlet.
    name = "-".join(_ID_PARTS.findall(site)) if is_ip(site) else site.split(".")[0]
    return name or "outlet"
