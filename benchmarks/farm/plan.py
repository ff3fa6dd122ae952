"""What the farm holds: which host has which pages, and the URLs of both. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_STRIDE = 100_003  # a prime: neighbours come from different parts of the dev set


@dataclass(frozen=True)
class FarmPlan:
    """``pages`` spread over ``hosts`` sites, each with one feed; ``latency`` seconds an answer.

    ``port`` is 0 until the farm is up; every host is at that port of an address of its own.
    ``first``: the number of the first page, so that a second run finds other pages than the first.
    ``is_small``: every page is the same short one, for what is not about the pages.
    """

    hosts: int
    pages: int
    latency: float = 0.0
    first: int = 0
    port: int = 0
    is_small: bool = False

    @cached_property
    def addresses(self) -> list[str]:
        """127.0.1.1, 127.0.1.2 and so on."""
        return [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(self.hosts)]

    def base(self, host: int) -> str:
        return f"http://{self.addresses[host]}:{self.port}"

    def feed(self, host: int) -> str:
        return f"{self.base(host)}/feed.xml"

    def numbers(self, host: int) -> range:
        """The numbers of a host's pages."""
        return range(self.first + host, self.first + self.pages, self.hosts)

    def url(self, number: int) -> str:
        host = (number - self.first) % self.hosts
        return f"{self.base(host)}/2026/11/24/story-{number}.html"

    def urls(self) -> Iterator[str]:
        """Every page, one host after the other in turns."""
        return map(self.url, range(self.first, self.first + self.pages))

    def sources(self) -> str:
        """The farm as a sources file."""
        return "\n".join(
            f'[[source]]\nid = "farm-{host}"\nname = "Farm {host}"\nhome = "{self.base(host)}/"\n'
            f'feeds = ["{self.feed(host)}"]\n'
            for host in range(self.hosts)
        )


def body_number(number: int, bodies: int) -> int:
    """Which of so many bodies a page has."""
    return number * _STRIDE % bodies


def number_of(target: str) -> int | None:
    """The page that a request target asks for; None for anything else."""
    stem = target.rpartition("/story-")[2]
    digits = stem.removesuffix(".html")
    return int(digits) if stem != digits and digits.isdecimal() else None


def feed_xml(plan: FarmPlan, host: int) -> bytes:
    """The RSS feed of a host."""
    items = "".join(
        f"<item><title>Story {number}</title><link>{plan.url(number)}</link></item>"
        for number in plan.numbers(host)
    )
    head = f"<title>Farm {host}</title><link>{plan.base(host)}/</link><description>Farm"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<rss version="2.0"><channel>{head}</description>{items}</channel></rss>'
    ).encode()
