"""Names to addresses, and no connection to an address that the policy refuses.

Every connection, to whatever host a page, a redirect, a feed or a robots.txt has named, takes its
addresses from the reactor's resolver, numeric hosts too. What is refused here is never handed on;
and since what is handed on is what is connected to, a name that changes its address between a check
and a connection (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import implementer

from crawler.addresses import AddressPolicy, read_policy

logger = logging.getLogger(__name__)

ADDRESS_REFUSED = "address_refused"
"""The reason of a request that was not made because its host has no address that is allowed."""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's default resolver behind the policy of ADDRESSES_ALLOWED and PORTS_ALLOWED."""

    policy: AddressPolicy

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Scrapy's entry. Raises ConfigurationError for a setting that cannot be used."""
        resolver = super().from_crawler(crawler, reactor)
        settings = crawler.settings
        resolver.policy = read_policy(
            settings.getlist("ADDRESSES_ALLOWED"), settings.getlist("PORTS_ALLOWED")
        )
        return resolver

    def install_on_reactor(self) -> None:
        """Put the guard between the reactor and the resolver that Scrapy installs."""
        super().install_on_reactor()
        guard: Any = GuardedNames(self.reactor.nameResolver, self.policy)  # mypy knows no zope
        self.reactor.installNameResolver(guard)


@implementer(IHostnameResolver)
@dataclass(slots=True)
class GuardedNames:
    """Resolves through ``names`` and keeps back what ``policy`` refuses.

    ``refused``: by host, why it has no address left.
    """

    names: Any  # an IHostnameResolver; zope's interfaces are no types
    policy: AddressPolicy
    refused: dict[str, str] = field(default_factory=dict)

    def resolveHostName(  # the name that Twisted calls
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        """See IHostnameResolver."""
        receiver = _Guard(self, hostName, portNumber, resolutionReceiver)
        found: IHostResolution = self.names.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return found


@implementer(IResolutionReceiver)
@dataclass(slots=True)
class _Guard:
    names: GuardedNames
    host: str
    port: int
    receiver: Any  # an IResolutionReceiver

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self.receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: IAddress) -> None:
        why = self.names.policy.refusal(address.host, self.port)
        if why is None:
            self.receiver.addressResolved(address)
            return
        if self.host not in self.names.refused:
            logger.warning(
                "%r: not connected to: %s; list it in ADDRESSES_ALLOWED or PORTS_ALLOWED if it is"
                " meant",
                self.host,
                why,
            )
        self.names.refused[self.host] = why

    def resolutionComplete(self) -> None:
        self.receiver.resolutionComplete()


class RefusedAddresses:
    """Tells a host that was refused from one that does not exist, before Scrapy retries it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RefusedAddresses:
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise IgnoreRequest for a host whose addresses are all refused."""
        from twisted.internet import reactor  # Scrapy's idiom: importing it installs one

        names = reactor.nameResolver
        if isinstance(exception, CannotResolveHostError) and isinstance(names, GuardedNames):
            host = urlparse_cached(request).hostname or ""
            if host in names.refused:
                self._crawler.stats.inc_value(f"news/{ADDRESS_REFUSED}")
                raise IgnoreRequest(ADDRESS_REFUSED)
