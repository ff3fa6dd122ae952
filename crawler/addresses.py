"""Which network addresses a crawl may connect to: the public ones, and those that are allowed by
name. What a site says never leads into the network that the crawler itself stands in (SSRF)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from crawler.errors import ConfigurationError

# Not public, and not said so by every Python that we run on: 192.0.0.0/24 of RFC 6890, shared
# address space of RFC 6598 (CGNAT), benchmarking of RFC 2544, the 6to4 relay of RFC 7526, local
# NAT64 of RFC 8215, dummy prefix of RFC 9780, SRv6 of RFC 9602, site-local of RFC 3879.
_NEVER = tuple(
    ip_network(net)
    for net in (
        "192.0.0.0/24",
        "100.64.0.0/10",
        "198.18.0.0/15",
        "192.88.99.0/24",
        "64:ff9b:1::/48",
        "100:0:0:1::/64",
        "5f00::/16",
        "fec0::/10",
    )
)
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_Network = IPv4Network | IPv6Network
_Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """``allowed`` networks may be connected to at any port, whatever they are; every other address
    must be public and its port one of ``ports``."""

    allowed: tuple[_Network, ...] = ()
    ports: frozenset[int] = frozenset({80, 443})

    def refusal(self, host: str, port: int) -> str | None:
        """Why ``host``, a numeric address, may not be connected to at ``port``; None if it may."""
        address = ip_address(host.partition("%")[0])
        if any(address in network for network in self.allowed):
            return None
        inner = _embedded(address)
        if not (_is_public(address) and (inner is None or _is_public(inner))):
            return f"{address} is no public address"
        return None if port in self.ports else f"port {port} is not among {sorted(self.ports)}"


def read_policy(allowed: Iterable[str], ports: Iterable[str]) -> AddressPolicy:
    """The policy of two lists in settings. Raises ConfigurationError for what is no network or
    port number."""
    try:
        networks = tuple(ip_network(text.strip()) for text in allowed if text.strip())
    except ValueError as error:
        raise ConfigurationError(f"ADDRESSES_ALLOWED: {error}; write 10.1.2.0/24") from None
    try:
        return AddressPolicy(networks, frozenset(int(port) for port in ports))
    except ValueError:
        raise ConfigurationError("PORTS_ALLOWED: give port numbers, as in 80,443") from None


def _is_public(address: _Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _NEVER)
    )


def _embedded(address: _Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped (RFC 4291 2.5.5.2), NAT64 (RFC 6052),
    6to4 (RFC 3056), Teredo (RFC 4380)."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
