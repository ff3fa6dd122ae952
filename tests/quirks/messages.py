"""Quirks of whole exchanges: interim messages, methods, redirects, retries, requests, revisits."""

from __future__ import annotations

from typing import Any

from tests.quirks.quirk import HANG, Pause, Quirk, framed, head, page_of, raw

CONTINUE = head(status=b"HTTP/1.1 100 Continue")
HINTS = head(b"Link: </a.css>; rel=preload", status=b"HTTP/1.1 103 Early Hints")
SWITCH = head(b"Upgrade: websocket", status=b"HTTP/1.1 101 Switching Protocols")
SLOT = {"download_slot": "retry-after"}


def whole(name: str) -> bytes:
    return head(b"Content-Length: %d" % len(page_of(name))) + page_of(name)


def after(name: str, *interims: bytes) -> Quirk:
    return raw(name, b"".join(interims) + whole(name), interims=len(interims))


def bodiless(name: str, status: bytes, *lines: bytes, **changes: Any) -> Quirk:
    return raw(name, head(*lines, status=b"HTTP/1.1 " + status), entity=b"", **changes)


def moved(name: str, status: int, to: str, **changes: Any) -> Quirk:
    line = f"Location: {to}".encode()
    return framed(name, line, status=b"HTTP/1.1 %d Moved" % status, **changes)


def failing(name: str, status: int, **changes: Any) -> Quirk:
    return framed(name, status=b"HTTP/1.1 %d Error" % status, delivered=status, **changes)


INTERIMS = (
    after("continue", CONTINUE),
    after("early-hints", HINTS),
    after("several-interims", CONTINUE, HINTS, HINTS, head(status=b"HTTP/1.1 102 Processing")),
    after("switch-then-http", SWITCH),
    raw(
        "interim-apart",
        HINTS,
        Pause(0.1),
        whole("interim-apart"),
        interims=1,
    ),
    raw(
        "switch-then-frames",
        SWITCH + b"\x81\x05hello",
        HANG,
        archived="bytes",
        truncated="time",
        interims=1,
        exchanges=2,
        delivered=None,
        meta={"download_timeout": 3},
    ),
    raw(
        "endless-interims",
        CONTINUE * 5000,
        archived="bytes",
        truncated="unspecified",
        interims=100,
        exchanges=2,
        delivered=None,
    ),
)
METHODS = (
    bodiless("head", b"200 OK", b"Content-Length: 4711", method="HEAD"),
    raw(
        "head-with-a-body",
        head(b"Content-Length: 4") + b"body",
        entity=b"",
        surplus=b"body",
        method="HEAD",
    ),
    framed("post", method="POST", body=b"a=1&b=%FF", headers={"Content-Type": "text/x"}),
    framed("post-of-binary", method="POST", body=bytes(range(256)) * 300),
    framed("put", method="PUT", body=b"x"),
    bodiless("no-content", b"204 No Content", delivered=204),
    raw(
        "no-content-with-a-body",
        head(b"Content-Length: 4", status=b"HTTP/1.1 204 No Content") + b"body",
        entity=b"",
        surplus=b"body",
        delivered=204,
    ),
    bodiless("reset-content", b"205 Reset Content", b"Content-Length: 0", delivered=205),
    bodiless(
        "not-modified",
        b"304 Not Modified",
        b'ETag: "v1"',
        b"Content-Length: 99",
        delivered=304,
        headers={"If-None-Match": '"v1"', "If-Modified-Since": "Tue, 24 Nov 2026 00:00:00 GMT"},
    ),
    framed("authorized", headers={"Authorization": "Basic dTpw"}),
    framed("with-cookies", headers={"Cookie": "a=1; b=2"}),
    framed("query", path="/query?b=2&a=1&a=&=&&c=%20+%2B"),
    framed("encoded-path", path="/a%2Fb/%E6%96%B0%e8%81%9e/%zz/../x;p=1//y"),
    framed("brackets-and-pipes", path="/[a]|b^c`{d}", sent_as="/%5Ba%5D%7Cb%5Ec%60%7Bd%7D"),
    framed(
        "in-letters-not-ascii",
        path="/größe/新聞?q=é",
        sent_as="/gr%C3%B6%C3%9Fe/%E6%96%B0%E8%81%9E?q=%C3%A9",
    ),
    framed("with-a-fragment", path="/with-a-fragment#part", sent_as="/with-a-fragment"),
    framed("as-long-as-a-url-may-be", path="/long?" + "q" * 2000),
)
REDIRECTS = (
    moved("moved-301", 301, "/moved-302", decoded=page_of("landing")),
    moved("moved-302", 302, "/moved-303", asked=False),
    moved("moved-303", 303, "/moved-307", asked=False),
    moved("moved-307", 307, "/moved-308", asked=False),
    moved("moved-308", 308, "/landing", asked=False),
    framed("landing", asked=False),
    moved("post-308", 308, "/post-landing", method="POST", body=b"x", decoded=b"posted"),
    framed("post-landing", entity=b"posted", method="POST", body=b"x", asked=False),
    moved("loop", 302, "/loop", exchanges=6, delivered=None),
    moved("to-nowhere", 302, "http://[", delivered=None),
)
ERRORS = (
    failing("not-found", 404),
    failing("gone", 410),
    failing("unavailable-by-law", 451),
    failing("server-error", 500, exchanges=2),
    failing("bad-gateway", 502, exchanges=2),
    framed(
        "retry-after",
        answers=(
            (head(b"Retry-After: 1", b"Content-Length: 0", status=b"HTTP/1.1 503 Busy"),),
            (whole("retry-after"),),
        ),
        exchanges=2,
        meta=SLOT,
    ),
)
REVISITS = (
    framed("same-payload", entity=page_of("plain")),
    framed("same-payload-again", entity=page_of("plain")),
)
LISTINGS = (
    framed("feed.xml", b"Content-Type: application/rss+xml", entity=b"<rss><channel/></rss>"),
    framed("sitemap.xml", b"Content-Type: application/xml", entity=b"<urlset></urlset>"),
)
QUIRKS = INTERIMS + METHODS + REDIRECTS + ERRORS + REVISITS + LISTINGS
