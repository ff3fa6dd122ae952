"""Hosts that take their time: nothing, slowly, or without end."""

from __future__ import annotations

from tests.faults.fault import CLOSE, HANG, RESET, Drip, Endless, Fault, Steps, answer, page, story
from tests.quirks.quirk import head

TIMEOUT = ("failed/timeout",)
_LONG = head(b"Content-Type: text/html", b"Content-Length: 5000")
_CHUNKED = head(b"Content-Type: text/html", b"Transfer-Encoding: chunked")
_SILENT: Steps = (HANG,)

FAULTS = (
    story("silence", HANG, counted=TIMEOUT),
    story("half-a-head", b"HTTP/1.1 200 OK\r\nContent-Ty", HANG, counted=TIMEOUT),
    story("head-only", _LONG, HANG, counted=TIMEOUT),
    story("half-a-body", _LONG + page("half")[:600], HANG, counted=TIMEOUT),
    story("slow-head", Drip(head(b"X-A: " + b"a" * 500), 1, 0.5), counted=TIMEOUT),
    story("slow-body", _LONG, Drip(page("slow") * 5, 1, 0.5), counted=TIMEOUT),
    story("slow-chunks", _CHUNKED, Endless(b"1\r\na\r\n", 0.5), counted=TIMEOUT),
    story("slow-interims", Endless(head(status=b"HTTP/1.1 102 Wait"), 0.7), counted=TIMEOUT),
    story(
        "endless-interims",
        Endless(head(status=b"HTTP/1.1 103 Early Hints")),
        counted=("failed/connection",),
    ),
    story(
        "endless-headers",
        b"HTTP/1.1 200 OK\r\n",
        Endless(b"X-More: " + b"a" * 4000 + b"\r\n"),
        counted=("failed/connection",),
    ),
    story(
        "half-a-million-header-lines",
        b"HTTP/1.1 200 OK\r\n" + b"x\n" * 500_000 + b"\r\n",
        counted=("failed/connection",),
    ),
    story(
        "a-chunk-a-byte",
        _CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in page("a-chunk-a-byte")),
        b"1\r\n \r\n" * 100_000 + b"0\r\n\r\n",
        articles=1,
    ),
    story(
        "endless-header-line",
        b"HTTP/1.1 200 OK\r\nX-More: ",
        Endless(b"a" * 8000),
        counted=("failed/connection",),
    ),
    story("endless-status-line", Endless(b"HTTP/1.1 200 " * 99), counted=("failed/connection",)),
    story("not-http", b"SSH-2.0-OpenSSH_9.6\r\n\r\n", CLOSE, counted=("failed/connection",)),
    story("closed-at-once", CLOSE, counted=("failed/connection",)),
    story("reset-at-once", RESET, counted=("failed/connection",)),
    story("cut-short", _LONG + page("cut")[:500], CLOSE, counted=("failed/cut_short",)),
    story("reset-in-body", _LONG + page("cut")[:500], RESET, counted=("failed/cut_short",)),
    Fault(name="silent-feed", answers={"/feed": _SILENT}, counted=("failed/listing_timeout",)),
    Fault(
        name="tls-never-finishes", scheme="https", counted=("failed/listing_robots_unreachable",)
    ),
    Fault(
        name="whole-host-silent",
        answers={"/robots.txt": _SILENT, "/feed": _SILENT},
        counted=("failed/listing_robots_unreachable",),
        never=("/feed", "/story"),
    ),
    story("slow-but-there", Drip(answer(page("slow-but-there"))[0], 900, 0.3), articles=1),  # type: ignore[arg-type]
)
