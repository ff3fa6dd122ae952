"""A name is connected to only at addresses that are allowed, whatever it says from time to time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.addresses import AddressPolicy
from crawler.resolver import GuardedNames

PUBLIC, OTHER, INSIDE, METADATA = "8.8.8.8", "9.9.9.9", "10.0.0.1", "169.254.169.254"


@implementer(IHostnameResolver)
class Names:
    """A name server that gives the next of its answers each time it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers: Iterator[Sequence[str]] = iter(answers)

    # Any: zope's interfaces are no types.
    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: object) -> Any:
        receiver.resolutionBegan(None)
        for host in next(self._answers):
            kind = IPv6Address if ":" in host else IPv4Address
            receiver.addressResolved(kind("TCP", host, port))
        receiver.resolutionComplete()


@implementer(IResolutionReceiver)
class Heard:
    """What whoever connects is told."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.is_complete = False

    def resolutionBegan(self, _resolution: object) -> None:
        """Nothing is known yet."""

    def addressResolved(self, address: Any) -> None:  # Any: as above
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:
        self.is_complete = True


def ask(names: GuardedNames, port: int = 443) -> list[str]:
    heard = Heard()
    names.resolveHostName(heard, "paper.example", port)
    assert heard.is_complete
    return heard.hosts


def test_a_name_that_changes_its_address_is_refused_when_it_is_connected_to() -> None:
    names = GuardedNames(Names([PUBLIC], [INSIDE], [METADATA], [PUBLIC]), AddressPolicy())
    assert [ask(names) for _ in range(4)] == [[PUBLIC], [], [], [PUBLIC]]


@pytest.mark.parametrize("inside", [INSIDE, METADATA, "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"])
def test_of_several_addresses_only_the_public_ones_are_connected_to(inside: str) -> None:
    names = GuardedNames(Names([inside, PUBLIC, inside, OTHER]), AddressPolicy())
    assert ask(names) == [PUBLIC, OTHER]


def test_a_port_that_is_not_listed_has_no_address() -> None:
    names = GuardedNames(Names([PUBLIC], [PUBLIC]), AddressPolicy())
    assert ask(names, port=25) == []
    assert ask(names, port=443) == [PUBLIC]
