"""What a fault is: how a host misbehaves, and what must be counted for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.quirks.quirk import CLOSE, HANG, RESET, Drip, End, Pause, head

__all__ = ["CLOSE", "HANG", "RESET", "Drip", "Endless", "Fault", "Pause", "Steps"]


@dataclass(frozen=True, slots=True)
class Endless:
    """Sends ``data`` again and again until the client has gone, ``seconds`` apart."""

    data: bytes
    seconds: float = 0.0


Steps = tuple[bytes | Drip | Pause | End | Endless, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One hostile host. ``answers``: what it does for each path; a path that is not there is 404,
    but for /feed, which lists /story.

    ``counted``: what the run report must count for it, each once, such as ``failed/timeout``;
    ``articles``: lines that it must give, ``without_text`` of them with an extraction_error;
    ``never``: paths that must not be asked for. ``scheme`` is that of the feed's own URL.
    """

    name: str
    answers: Mapping[str, Steps] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    articles: int = 0
    without_text: int = 0
    never: tuple[str, ...] = ()
    scheme: str = "http"
    listing: str = "feeds"


def answer(
    body: bytes, *lines: bytes, kind: bytes = b"text/html", status: bytes = b"200 OK"
) -> Steps:
    """A well-formed answer."""
    fields = (b"Content-Type: " + kind, *lines, b"Content-Length: %d" % len(body))
    return (head(*fields, status=b"HTTP/1.1 " + status) + body,)


def page(name: str, extra: str = "", in_head: str = "") -> bytes:
    """A story that an extractor reads, like no other; ``extra`` follows its paragraphs."""
    text = "".join(
        f"<p>In paragraph {n} of {name} the council of the harbour town told the press why the"
        f" quay {n * 7 + len(name)} metres from the old {name} mill reopened later than it had"
        " been planned, and what that cost the fishermen and their families.</p>"
        for n in range(5)
    )
    return (
        f"<!DOCTYPE html><html lang=en><head><title>The quay of {name} reopens</title>{in_head}"
        f"</head><body><article><h1>The quay of {name} reopens</h1>{text}{extra}</article>"
        "</body></html>"
    ).encode()


def rss(links: Iterable[str], extra: str = "") -> bytes:
    """A feed of links as they are given."""
    items = "".join(
        f"<item><title>Story {n} of this feed</title><link>{link}</link></item>"
        for n, link in enumerate(links)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{extra}{items}'
        "</channel></rss>"
    ).encode()


def feed(*links: str) -> Steps:
    """A feed as an answer."""
    return answer(rss(links), kind=b"application/rss+xml")


def story(name: str, *steps: bytes | Drip | Pause | End | Endless, **changes: object) -> Fault:
    """A fault of the story alone; its feed is in order."""
    return Fault(**{"name": name, "answers": {"/story": steps}, **changes})  # type: ignore[arg-type]
