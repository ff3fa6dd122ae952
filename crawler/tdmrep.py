"""``/.well-known/tdmrep.json``: what a host reserves of text and data mining, by TDMRep."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.early_stop import READS_AT_MOST
from crawler.reservations import (
    TDM_POLICY,
    TDM_RESERVATION,
    Reservation,
    is_reserved,
    said_in_file,
)

logger = logging.getLogger(__name__)

TDM_FILE = "tdm_file"
"""In a story request's meta: what its host's tdmrep.json says of it (a Reservation), or None."""

_PATH = "/.well-known/tdmrep.json"
_LARGEST = 500 * 1024  # bytes that are read, as of robots.txt


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule: the paths that it is about, and what it says of them.

    ``parts``: what stands between the wildcards; ``is_whole``: nothing follows the last of them.
    """

    parts: tuple[str, ...]
    is_whole: bool
    said: Reservation

    def matches(self, path: str) -> bool:
        """By the rules of robots.txt, in one pass: nothing of a site is a regular expression."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        at = len(first)
        for part in others[:-1]:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if not others:
            return not self.is_whole or at == len(path)
        if self.is_whole:
            return path.endswith(others[-1]) and len(path) - len(others[-1]) >= at
        return path.find(others[-1], at) >= 0


def read_rules(body: bytes) -> tuple[TdmRule, ...]:
    """The rules of a tdmrep.json, in order; none of what is no array of rules, and no rule of what
    lacks a location or a reservation."""
    try:
        given = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    entries = given if isinstance(given, list) else [given]
    rules = (_rule(entry) for entry in entries if isinstance(entry, dict))
    return tuple(rule for rule in rules if rule)


def rule_for(rules: tuple[TdmRule, ...], url: str) -> Reservation | None:
    """What the first rule says that matches the URL's path and query."""
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return next((rule.said for rule in rules if rule.matches(path)), None)


def facts_of(said: Reservation) -> dict[str, str]:
    """The fetch facts of what a file said, so that a replay makes the same line."""
    policy = {TDM_POLICY: said.policy} if said.policy else {}
    return {TDM_RESERVATION: str(int(said.reserved)), **policy}


def said_in_facts(facts: Mapping[str, str]) -> Reservation | None:
    """The inverse of ``facts_of``."""
    return said_in_file(facts.get(TDM_RESERVATION), facts.get(TDM_POLICY))


def _rule(entry: Mapping[str, object]) -> TdmRule | None:
    location, policy = entry.get("location"), entry.get(TDM_POLICY)
    said = said_in_file(entry.get(TDM_RESERVATION), policy if isinstance(policy, str) else None)
    if said is None or not isinstance(location, str):
        return None
    parts = location.removesuffix("$").split("*")
    # The escapes of a path are off before it is compared; %24 and %2A are characters then.
    return TdmRule(tuple(map(unquote, parts)), location.endswith("$"), said)


class TdmFile:
    """Downloader middleware: asks each host, once a run and before its first story, for its
    tdmrep.json, and notes what that says in the meta of each request for a story.

    Only where TDMREP_ASKED is on or ``tdm`` is obeyed: it is one more request to each host. A file
    that cannot be had says nothing (TDMRep: such a host does not take part).
    """

    def __init__(self, crawler: Crawler, *, is_obeyed: bool) -> None:
        self._crawler = crawler
        self._is_obeyed = is_obeyed
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rules: dict[str, tuple[TdmRule, ...]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        is_obeyed = "tdm" in crawler.settings.getlist("RESERVATIONS_OBEYED")
        if not (is_obeyed or crawler.settings.getbool("TDMREP_ASKED")):
            raise NotConfigured  # without a reason, which Scrapy would warn of in every run
        return cls(crawler, is_obeyed=is_obeyed)

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for a story that the file reserves, where that is obeyed."""
        if not request.meta.get("is_story"):
            return
        said = rule_for(await self._rules_of(request), request.url)
        request.meta[TDM_FILE] = said
        if self._is_obeyed and said is not None and is_reserved("tdm", [said]):
            raise IgnoreRequest("tdm")

    async def _rules_of(self, request: Request) -> tuple[TdmRule, ...]:
        url = urlparse_cached(request)
        host = f"{url.scheme}://{url.netloc}"
        async with self._asking[host]:
            if host not in self._rules:
                self._rules[host] = await self._ask(host)
        return self._rules[host]

    async def _ask(self, host: str) -> tuple[TdmRule, ...]:
        meta = {READS_AT_MOST: _LARGEST, "download_maxsize": _LARGEST}
        asked = Request(host + _PATH, priority=1000, meta=meta, callback=NO_CALLBACK)
        try:
            response = await self._crawler.engine.download_async(asked)
        except Exception as error:  # noqa: BLE001 - whatever a download can end in: logged, counted
            self._crawler.stats.inc_value("news/tdmrep/failed")
            logger.info("%s: %s: taken for none", asked.url, type(error).__name__)
            return ()
        rules = read_rules(response.body) if response.status == 200 else ()
        self._crawler.stats.inc_value(f"news/tdmrep/{'found' if rules else 'none'}")
        return rules
